"""Single steps beside the plain tool."""

from pathlib import Path

from benchmarks.measure import Row, compare, seconds


def rows(demo: Path, room: Path) -> list[Row]:
    return [made_cohort(demo, room), checked_trimming(demo, room)]


def made_cohort(demo: Path, room: Path) -> Row:
    """Making the standard demo cohort, beside the simulator alone for as many read pairs."""
    fasta = (demo / "genome/demo.fa").resolve()
    art = "art_illumina -ss HS25 -p -na -q -l 100 -m 190 -s 55 -f 130 -rs 1"  # 2,000,000 pairs
    return compare(
        "making the standard demo cohort",
        "art_illumina alone, as many pairs",
        lambda: seconds("dugnad demo --output cohort", room),
        lambda: seconds(f"{art} -i {fasta} -o art && rm -r art*.fq cohort", room),
        n=1,
    )


def checked_trimming(demo: Path, room: Path) -> Row:
    """Trimming with every read checked on the way, beside fastp on the files alone."""
    first, second = (next(demo.glob(f"reads/*D01-P01*L001_R{mate}*")).resolve() for mate in (1, 2))
    out = "gzip -1 > t.fastq.gz"
    options = "--stdout --thread 1 --json t.json --html /dev/null"
    return compare(
        "trimming, each read checked",
        "fastp on the same files, unchecked",
        lambda: seconds(f"dugnad trim-reads --lane L1 {first} {second} t.json | {out}", room),
        lambda: seconds(f"fastp --in1 {first} --in2 {second} {options} | {out}", room),
        n=3,
    )
