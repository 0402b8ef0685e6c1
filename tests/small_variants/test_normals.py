"""The panel of normals: made from simulated normals, by hand-counted values, and looked up."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pysam
import pytest
import yaml
from simulated import (
    Bam,
    Haplotype,
    Pair,
    bases,
    deletion,
    insertion,
    other_base,
    snv,
    write_fasta,
)

from builders import panel_data
from dugnad.alleles import Change, left_align
from dugnad.cli import main
from dugnad.errors import UserError
from dugnad.small_variants.noise import Background, background_quality
from dugnad.small_variants.normals import Normals, summarise

REF = bases(3000, 21)
CONTIGS = {"chr1": REF, "chr2": bases(800, 22)}
PLAIN = Haplotype("chr1", REF)
ERROR, GERMLINE, ONCE = snv(REF, 500), snv(REF, 800), snv(REF, 520)
GONE = left_align(deletion(REF, 1200, 1203), REF, 0)
TARGETS = "chr1\t450\t900\nchr1\t1150\t1300\n"


def reads_at(place: int, alt: int, depth: int, change: Change) -> list[Pair]:
    """So many pairs, whose left mates have the place in their middle; some of another haplotype."""
    changed = Haplotype("chr1", REF, (change,))
    return [Pair(changed if i < alt else PLAIN, place - 50) for i in range(depth)]


def write_panel(folder: Path, targets: str = TARGETS) -> Path:
    home = folder / "tiny"
    home.mkdir(exist_ok=True)
    (home / "panel.yaml").write_text(yaml.safe_dump(panel_data(), sort_keys=False))
    (home / "targets.bed").write_text(targets)
    return home / "panel.yaml"


def learn(folder: Path, normals: Sequence[Sequence[Pair]], targets: str = TARGETS) -> Path:
    """Run the verb on so many normals."""
    fasta = write_fasta(folder / "genome.fa", CONTIGS)
    bams = [
        str(Bam(folder / f"N{number}.bam", CONTIGS).write(pairs))
        for number, pairs in enumerate(normals)
    ]
    out = folder / "made" / "normals.vcf.gz"
    words = ["--panel", str(write_panel(folder, targets)), "--fasta", str(fasta)]
    assert main(["learn-normals", "--bam", *bams, *words, "--output", str(out)]) == 0
    return out


Listed = dict[tuple[str, int, str, str], dict[str, float]]


def listed(path: Path) -> Listed:
    with pysam.VariantFile(str(path)) as vcf:
        return {
            (r.chrom, r.pos, str(r.ref), (r.alts or ("",))[0]): dict(r.info.items()) for r in vcf
        }


def key(change: Change) -> tuple[str, int, str, str]:
    return ("chr1", change.start + 1, change.ref, change.alt)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four normals: an artefact, a germline variant, an indel, and an error of one read."""
    return learn(
        tmp_path_factory.mktemp("normals"),
        [
            [
                *reads_at(500, 4, 100, ERROR),
                *reads_at(800, 25, 50, GERMLINE),
                *reads_at(1200, 3, 50, GONE),
            ],
            [*reads_at(500, 2, 200, ERROR), *reads_at(800, 1, 100, GERMLINE)],
            [
                *reads_at(500, 0, 50, ERROR),
                *reads_at(800, 1, 100, GERMLINE),
                *reads_at(1200, 1, 150, GONE),
            ],
            [*reads_at(520, 1, 40, ONCE)],
        ],
    )


def test_an_artefact_of_some_normals(made: Path) -> None:
    """4 of 100, 2 of 200 and 0 of 50 reads; the fourth normal has 40 reads and none of them."""
    info = listed(made)[key(ERROR)]
    assert (info["NORMALS"], info["GERMLINE"], info["TOTAL"], info["DEPTH"]) == (2, 0, 4, 390)
    assert info["ERROR_VAF"] == pytest.approx(6 / 390, rel=1e-3)
    # squared distances from that mean, weighted by depth, less what sampling makes of three
    squares = 100 * (0.04 - 6 / 390) ** 2 + 200 * (0.01 - 6 / 390) ** 2 + 90 * (6 / 390) ** 2
    between = squares - 3 * 6 / 390 * 384 / 390
    weight = 390 - (100**2 + 200**2 + 50**2 + 40**2) / 390
    assert info["ERROR_SD"] == pytest.approx((between / weight) ** 0.5, rel=1e-3)
    assert info["ERROR_SD"] == pytest.approx(0.0130, abs=0.0001)


def test_a_germline_variant_is_no_error_of_those_who_have_it(made: Path) -> None:
    """25 of 50 reads; one of 100 in two others, and a normal without reads there."""
    info = listed(made)[key(GERMLINE)]
    assert (info["NORMALS"], info["GERMLINE"], info["TOTAL"], info["DEPTH"]) == (2, 1, 3, 200)
    assert info["ERROR_VAF"] == pytest.approx(0.01)
    assert info["ERROR_SD"] == 0


def test_an_indel_is_counted_in_all_normals(made: Path) -> None:
    """3 of 50 in one, and in another a single read, of which it would not be proposed."""
    place = GONE.start, REF[GONE.start - 1 : GONE.end], REF[GONE.start - 1]
    info = listed(made)["chr1", *place]
    assert (info["NORMALS"], info["GERMLINE"], info["TOTAL"], info["DEPTH"]) == (2, 0, 2, 200)
    assert info["ERROR_VAF"] == pytest.approx(4 / 200)


def test_a_single_read_of_all_normals_is_not_listed(made: Path) -> None:
    assert key(ONCE) not in listed(made)
    assert len(listed(made)) == 3


def test_the_index_is_there_and_nothing_else_is_left(made: Path) -> None:
    assert sorted(path.name for path in made.parent.iterdir()) == [made.name, f"{made.name}.tbi"]
    with pysam.VariantFile(str(made)) as vcf:
        assert [record.pos for record in vcf.fetch("chr1", 700, 900)] == [801]
        assert list(vcf.header.contigs) == ["chr1", "chr2"]


def test_alleles_are_looked_up(made: Path) -> None:
    with Normals(made) as normals:
        found = normals.background("chr1", ERROR)
        assert found is not None
        assert (found.normals, found.germline, found.total, found.depth) == (2, 0, 4, 390)
        assert found.vaf == pytest.approx(6 / 390, rel=1e-3)
        gone = normals.background("chr1", GONE)
        assert gone is not None
        assert gone.vaf == pytest.approx(0.02)
        # another allele, another place, another contig, one that no file has
        assert normals.background("chr1", snv(REF, 500, 2)) is None
        assert normals.background("chr1", deletion(REF, 1200, 1202)) is None
        assert normals.background("chr1", snv(REF, 501)) is None
        assert normals.background("chr2", ERROR) is None
        assert normals.background("chr9", ERROR) is None


def test_no_panel_of_normals_lists_nothing() -> None:
    with Normals(None) as normals:
        assert normals.background("chr1", ERROR) is None


def test_a_vcf_that_is_no_panel_of_normals(tmp_path: Path) -> None:
    path = tmp_path / "other.vcf"
    path.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=3000>\n"
        '##INFO=<ID=TOTAL,Number=1,Type=Integer,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    )
    pysam.tabix_index(str(path), preset="vcf")
    with pytest.raises(UserError, match="has no INFO NORMALS, GERMLINE, ERROR_VAF"):
        Normals(Path(f"{path}.gz"))


def test_an_allele_is_found_however_it_is_padded(tmp_path: Path) -> None:
    path = tmp_path / "n.vcf"
    fields = ("NORMALS", "GERMLINE", "TOTAL", "DEPTH")
    declared = "".join(
        f'##INFO=<ID={name},Number=1,Type=Integer,Description="x">\n' for name in fields
    ) + "".join(
        f'##INFO=<ID={name},Number=1,Type=Float,Description="x">\n'
        for name in ("ERROR_VAF", "ERROR_SD")
    )
    info = "NORMALS=2;GERMLINE=1;TOTAL=20;DEPTH=5000;ERROR_VAF=0.25;ERROR_SD=0.125"
    record = f"chr1\t{GONE.start}\t.\t{REF[GONE.start - 1 : GONE.end + 2]}\t"
    record += f"{REF[GONE.start - 1] + REF[GONE.end : GONE.end + 2]}\t.\t.\t{info}\n"
    path.write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=3000>\n"
        f"{declared}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n{record}"
    )
    pysam.tabix_index(str(path), preset="vcf")
    with Normals(Path(f"{path}.gz")) as normals:
        assert normals.background("chr1", GONE) == Background(2, 1, 20, 0.25, 0.125, 5000)


def test_a_recurrent_artefact_is_no_news_and_a_real_variant_is(tmp_path: Path) -> None:
    """Six of twenty normals have it at 4 %: 5 % is no news, 40 % is."""
    normals = [reads_at(500, 4 if i < 6 else 0, 100, ERROR) for i in range(20)]
    made = learn(tmp_path, normals)
    with Normals(made) as panel:
        background = panel.background("chr1", ERROR)
        assert background is not None
        assert (background.normals, background.total) == (6, 20)
        assert background.vaf == pytest.approx(0.012)
        assert background_quality(20, 400, background, 0.0005) < 20
        assert background_quality(160, 400, background, 0.0005) > 60
        assert background_quality(20, 400, panel.background("chr1", ONCE), 0.0005) > 60


@pytest.mark.parametrize("size", [10, 30])
def test_an_indel_that_reaches_over_two_targets_is_listed_once(tmp_path: Path, size: int) -> None:
    """It begins before the end of one target, and ends in the next; with an SNV between."""
    gone = left_align(deletion(REF, 695, 695 + size), REF, 0)
    last = snv(REF, 699)
    pairs = [*reads_at(700, 5, 50, gone), *reads_at(700, 5, 50, last)]
    made = learn(tmp_path, [pairs, pairs], "chr1\t600\t700\nchr1\t703\t800\n")
    found = listed(made)
    places = [("chr1", gone.start, REF[gone.start - 1 : gone.end], REF[gone.start - 1]), key(last)]
    assert sorted(found) == sorted(places)
    with pysam.VariantFile(str(made)) as vcf:
        records = [record.pos for record in vcf]
    assert records == [gone.start, last.start + 1]
    assert found[places[0]]["DEPTH"] == 180 or found[places[0]]["GERMLINE"] == 0


def test_insertions_and_all_contigs_in_the_genomes_order(tmp_path: Path) -> None:
    more = left_align(insertion(1250, other_base(REF[1250]) * 2), REF, 0)
    away = snv(CONTIGS["chr2"], 300)
    second = Haplotype("chr2", CONTIGS["chr2"], (away,))
    pairs = [*reads_at(1250, 2, 40, more), *[Pair(second, 250)] * 3]
    made = learn(tmp_path, [pairs], "chr2\t250\t350\nchr1\t1200\t1300\n")
    assert list(listed(made)) == [
        ("chr1", more.start, REF[more.start - 1], REF[more.start - 1] + more.alt),
        ("chr2", 301, away.ref, away.alt),
    ]
    assert listed(made)["chr2", 301, away.ref, away.alt]["GERMLINE"] == 1


def test_reads_that_do_not_count(tmp_path: Path) -> None:
    changed = Haplotype("chr1", REF, (ERROR,))
    bad = [
        Pair(changed, 450, flag=1024),
        Pair(changed, 450, mapping_quality=19),
        Pair(changed, 450, qualities=(19, 37)),
    ]
    made = learn(tmp_path, [[*bad * 5, *reads_at(500, 2, 20, ERROR)]])
    assert listed(made)[key(ERROR)]["DEPTH"] == 20


@pytest.mark.parametrize(
    ("output", "bam", "message"),
    [
        ("normals.vcf", "N0.bam", "must end in .vcf.gz"),
        ("normals.bcf", "N0.bam", "must end in .vcf.gz"),
        ("normals.vcf.gz", "absent.bam", "absent.bam: file not found"),
        ("normals.vcf.gz", "unindexed.bam", "has no index; run: samtools index"),
    ],
)
def test_what_a_user_can_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str, bam: str, message: str
) -> None:
    fasta = write_fasta(tmp_path / "genome.fa", CONTIGS)
    made = Bam(tmp_path / "N0.bam", CONTIGS).write([])
    (tmp_path / "unindexed.bam").write_bytes(made.read_bytes())
    words = ["--panel", str(write_panel(tmp_path)), "--fasta", str(fasta)]
    out = tmp_path / "made" / output
    status = main(["learn-normals", "--bam", str(tmp_path / bam), *words, "--output", str(out)])
    assert status == 2
    assert message in capsys.readouterr().err
    assert not out.parent.exists()


def test_fields_of_an_allele() -> None:
    def of(reads: list[int], depth: list[int]) -> tuple[float, ...]:
        found = summarise(np.array(reads), np.array(depth), 0.2)
        names = ("NORMALS", "GERMLINE", "TOTAL", "ERROR_VAF", "ERROR_SD", "DEPTH")
        return tuple(found[name] for name in names)

    # a single read makes nobody a carrier; where somebody is, it is taken for the same
    assert of([1, 1], [4, 8]) == (2, 0, 2, pytest.approx(2 / 12, rel=1e-3), 0, 12)
    assert of([1, 1, 9], [4, 8, 20]) == (1, 2, 3, 0.125, 0, 8)
    # all carry it: nothing is known of errors
    assert of([50, 100], [100, 100]) == (0, 2, 2, 0, 0, 0)
    assert of([0, 0], [0, 0]) == (0, 0, 0, 0, 0, 0)
    # the same share in all: no spread beyond sampling
    assert of([2, 2, 2], [100, 100, 100]) == (3, 0, 3, 0.02, 0, 300)
    # as far apart as half and half: the mean's share of depth between two of a thousand
    vafs = of([100, 0], [1000, 1000])
    assert vafs[3] == 0.05
    assert vafs[4] == pytest.approx((2 * 1000 * 0.05**2 - 0.05 * 0.95) ** 0.5 / 1000**0.5, rel=1e-3)
