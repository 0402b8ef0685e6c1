"""All forms of a report in both languages: each beside reading the record, and by one process."""

import os
from pathlib import Path

from benchmarks.annotation import peak
from benchmarks.measure import Row, compare, seconds

LANGUAGES = ("nb", "en")
SECONDS, MEGABYTES = 20, 1000  # that all forms may take
VERBS = {
    "HTML": ("render-report", "html"),
    "PDF": ("write-pdf", "pdf"),
    "PPTX": ("write-deck", "pptx"),
    "XLSX": ("write-workbook", "xlsx"),
    "FHIR": ("write-fhir", "json"),
}
TABLES = "dugnad tabulate-findings --record case.json --tsv case.tsv --parquet case.parquet"
ALL = "dugnad write-report --record case.json --folder all"
READING = "dugnad record validate case.json"


def rows(demo: Path, room: Path) -> list[Row]:
    """Wall times of each form and of all, the highest memory of one process, and sizes."""
    home = room / "forms"
    home.mkdir()
    record = (demo / "results/IPX0001/report/IPX0001.case.json").resolve()
    (home / "case.json").symlink_to(record)
    steps = {
        name: [
            f"dugnad {verb} --record case.json --language {one} --output {one}.{ending}"
            for one in LANGUAGES
        ]
        for name, (verb, ending) in VERBS.items()
    }
    steps["TSV and Parquet"] = [TABLES]
    steps["reads"] = [_reads(demo.resolve())]
    told = "reading and checking the record, as often"
    found = [_form(name, told, commands, home) for name, commands in steps.items()]
    apart = [one for name, commands in steps.items() if name != "reads" for one in commands]
    limit = "the limit for all forms of a case"
    total, highest = round(seconds(ALL, home), 2), peak(ALL, home)
    size = round(max(path.stat().st_size for path in home.glob("*.html")) / 1e6, 2)
    return [
        *found,
        Row("report: all forms", total, "s", SECONDS, round(total / SECONDS, 2), 1, limit),
        compare(
            "report: all forms by one process",
            "by a process each",
            lambda: seconds(ALL, home),
            lambda: sum(seconds(one, home) for one in apart),
            n=1,
        ),
        Row("report: memory", highest, "MB", MEGABYTES, round(highest / MEGABYTES, 2), 1, limit),
        Row("report: largest page", size, "MB", 3, round(size / 3, 2), 1, "the limit for a page"),
    ]


def _form(name: str, told: str, commands: list[str], home: Path) -> Row:
    def ours() -> float:
        return sum(seconds(one, home) for one in commands)

    def reading() -> float:
        return sum(seconds(READING, home) for _ in commands)

    languages = "in both languages" if len(commands) > 1 else "once"
    return compare(f"report: {name} {languages}", told, ours, reading, 3)


def _reads(demo: Path) -> str:
    """The reads of tumour and normal, as the workflow shows them."""
    folder = demo / "results/IPX0001/alignment"
    bams = sorted(folder.glob("*.bam"), key=lambda path: ("-R" in path.name, "-N" in path.name))
    samples = " ".join(f"--sample {path.stem} {path}" for path in bams)
    pages = " ".join(f"--page {language} {language}.reads.html" for language in LANGUAGES)
    genome = next((demo / "results/run/genome").glob("*.fa"))
    return (
        f"dugnad show-reads --record case.json {samples} --fasta {genome}"
        f" --annotation {demo}/genome/demo.gff3 --min-base-quality 20 --min-mapping-quality 20"
        f" {pages} --igv {os.curdir}/case.igv.xml"
    )
