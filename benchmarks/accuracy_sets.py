"""The sets that accuracy is measured on: synthetic cases with their truth, and real reads."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pysam
import yaml

from dugnad.accuracy.variants import TrueVariant
from dugnad.cli import main
from dugnad.demo.truth import load_truth
from dugnad.panel import Panel, load_panel
from dugnad.regions import Region, merge, read_targets

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "accuracy"
REAL_DATA = ROOT.parent / "shared" / "data"
CALLERS = ["pileup", "freebayes", "bcftools"]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/e2e")]

from deploy import deploy, plain  # noqa: E402
from test_real_noise import MIXTURES, NORMALS, REGION, genotypes, reads_with  # noqa: E402

from builders import row  # noqa: E402
from mixtures import Mixture, mix  # noqa: E402

Key = tuple[str, int, str, str]


@dataclass(frozen=True)
class CaseSet:
    """One tumour with its truth, called in a run's folder.

    ``normal`` None: the tumour is judged alone. ``germline`` are the patient's own variants.
    """

    name: str
    folder: Path
    case: str
    tumour: str
    normal: str | None
    purity: float | None
    fasta: Path
    panel: Panel
    truth: tuple[TrueVariant, ...]
    regions: tuple[Region, ...]
    germline: frozenset[Key] = frozenset()

    @property
    def home(self) -> Path:
        """The case's results."""
        return self.folder / "results" / self.case

    @property
    def alone(self) -> "CaseSet":
        """The same tumour, judged as if there were no normal."""
        return replace(self, name=self.name.replace("with normal", "alone"), normal=None)


def call(folder: Path, cases: Sequence[str], *, config: str = "config/config.yaml") -> None:
    """Call the cases anew, and keep what each caller proposes; alignments are used again."""
    tables = [f"results/{case}/annotation/{case}.variants.parquet" for case in cases]
    _snakemake(folder, tables, config, "--forcerun", "call_pileup")


def _snakemake(folder: Path, targets: Sequence[str], config: str, *more: str) -> None:
    command = ["snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    options = ["--configfile", str(folder / config), "--notemp", "--rerun-triggers", "mtime", *more]
    profile = ["--profile", str(ROOT / "profiles/local"), "--"]
    subprocess.run([*command, *options, *profile, *targets], check=True)


def synthetic() -> list[CaseSet]:
    """The accuracy cases of the demo; their panel of normals is learnt from its twenty normals.

    Reads that are there are used again (``make clean`` removes them); the panels' limits are
    always those of the recipe.
    """
    folder = BUILD / "demo"
    there = (folder / "truth/expected.yaml").exists()
    if not there and main(["demo", "--output", str(folder), "--cases", "accuracy,normals"]):
        raise SystemExit("the demo could not be made")
    for path in sorted((folder / "config/panels").glob("*/panel.yaml")):
        recipe = ROOT / f"resources/demo/panels/{path.parent.name}.yaml"
        panel = yaml.safe_load(recipe.read_text()) | {"callers": CALLERS}
        text = yaml.safe_dump(panel, sort_keys=False)
        if path.read_text() != text:
            path.write_text(text)
    _learn(folder)
    cases = ("IPX0101", "IPX0102", "IPX0103", "IPX0104")
    call(folder, cases)
    sets = [_demo_set(folder, case) for case in cases]
    return [*sets, *(item.alone for item in sets[:1] + sets[2:3])]


def _learn(folder: Path) -> None:
    """Align the normals, each as a case of its own, and learn the panel of normals from them."""
    lines = (folder / "config/normals.tsv").read_text().splitlines()
    header, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    normals = [dict(zip(header, cells, strict=True)) for cells in rows]
    columns = ("case", "sample", "role", "analyte", "panel", "tumour_type", "sex")
    sheet = ["\t".join((*columns, "fastq_1", "fastq_2"))]
    for item in normals:
        case = item["sample"].split("-")[0]
        cells = (case, item["sample"], "tumour", "dna", item["panel"], "OTHER", item["sex"])
        sheet.append("\t".join((*cells, item["fastq_1"], item["fastq_2"])))
    (folder / "config/normals_sheet.tsv").write_text("\n".join(sheet) + "\n")
    config = yaml.safe_load((folder / "config/config.yaml").read_text())
    config["samples"] = "config/normals_sheet.tsv"
    (folder / "config/normals.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    bams = [
        f"results/{item['sample'].split('-')[0]}/alignment/{item['sample']}.bam" for item in normals
    ]
    _snakemake(folder, bams, "config/normals.yaml")
    learnt = folder / "normals.vcf.gz"
    if not learnt.exists():
        panel = folder / "config/panels/demo-560/panel.yaml"
        fasta = ["--fasta", str(folder / "genome/demo.fa"), "--output", str(learnt)]
        paths = [str(folder / bam) for bam in bams]
        main(["learn-normals", "--bam", *paths, "--panel", str(panel), *fasta])
    for home in sorted((folder / "config/panels").iterdir()):
        for suffix in ("", ".tbi"):
            target = home / f"normals.vcf.gz{suffix}"
            target.write_bytes(Path(f"{learnt}{suffix}").read_bytes())


def _demo_set(folder: Path, case: str) -> CaseSet:
    truth = load_truth(folder, case)
    dna = {s.role: s for s in truth.expected.samples if s.analyte == "dna"}
    home = folder / "config/panels" / ("demo-560-umi" if case == "IPX0104" else "demo-560")
    panel, _ = load_panel(home / "panel.yaml")
    normal = dna["normal"].sample if "normal" in dna else None
    kind = {"IPX0103": "fixed tumour", "IPX0104": "tumour with barcodes"}.get(case, "fresh tumour")
    return CaseSet(
        name=f"{kind} {'with normal' if normal else 'alone'} ({case})",
        folder=folder,
        case=case,
        tumour=dna["tumour"].sample,
        normal=normal,
        purity=dna["tumour"].purity,
        fasta=folder / "genome/demo.fa",
        panel=panel,
        truth=tuple(
            TrueVariant(v.chrom, v.pos, v.ref, v.alt, v.vaf)
            for v in truth.variants
            if v.origin == "somatic"
        ),
        regions=tuple(merge(read_targets(panel.targets))),
        germline=frozenset(v.key for v in truth.variants if v.origin == "germline"),
    )


def real() -> list[CaseSet]:
    """The real sets, where they are."""
    if not REAL_DATA.is_dir():
        print(f"accuracy: the real data sets are not at {REAL_DATA}; left out", file=sys.stderr)
        return []
    return [*mixtures(), hcc1395(), dream(), hcc1143()]


def _exome(folder: Path) -> Panel:
    return load_panel(folder / "config/panels/exome/panel.yaml")[0]


def hcc1395() -> CaseSet:
    """HCC1395, exome of tumour and normal in 25 windows."""
    data, folder = REAL_DATA / "hcc1395_seqc2_wes_grch38", BUILD / "hcc1395"
    fasta = data / "minigenome.GRCh38.fa"
    rows = [
        row(
            f"HCC1395-{role[0].upper()}",
            role,
            "HCC1395",
            panel="exome",
            fastq_1=str(data / f"{name}_R1.fastq.gz"),
            fastq_2=str(data / f"{name}_R2.fastq.gz"),
        )
        for role, name in (("tumour", "HCC1395_T"), ("normal", "HCC1395BL_N"))
    ]
    with pysam.FastaFile(str(fasta)) as genome:
        lengths = dict(zip(genome.references, genome.lengths, strict=True))
    targets = "".join(f"{name}\t0\t{length}\n" for name, length in lengths.items())
    deploy(folder, fasta=fasta, rows=rows, targets=targets, genome="minigenome")
    call(folder, ["HCC1395"])
    with pysam.VariantFile(str(data / "truth.minigenome.vcf")) as vcf:
        truth = [
            TrueVariant(
                r.chrom,
                r.pos,
                str(r.ref),
                (r.alts or ("",))[0],
                r.info["TAD"][1] / sum(r.info["TAD"]),
                scored=set(r.filter) <= {"PASS"},
            )
            for r in vcf
        ]
    for line in (data / "unscored_candidates.tsv").read_text().splitlines()[1:]:
        cells = line.split("\t")
        truth.append(TrueVariant(cells[2], int(cells[3]), cells[4], cells[5], scored=False))
    return _pair("HCC1395 exome", folder, "HCC1395", fasta, truth)


def _pair(name: str, folder: Path, case: str, fasta: Path, truth: Sequence[TrueVariant]) -> CaseSet:
    panel = _exome(folder)
    regions = tuple(merge(read_targets(panel.targets)))
    samples = (f"{case}-T", f"{case}-N")
    return CaseSet(name, folder, case, *samples, None, fasta, panel, tuple(truth), regions)


def dream() -> CaseSet:
    """DREAM set 1: two spiked variants, and thirteen places where nothing is."""
    data, folder = REAL_DATA / "dream_set1_chr2_b37", BUILD / "dream"
    folder.mkdir(parents=True, exist_ok=True)
    fasta = folder / "2.fa"
    if not fasta.exists():
        plain(data / "2.GRCh37.DREAM_Npadded.fa.gz", fasta)
    with pysam.VariantFile(str(data / "truth.vcf")) as vcf:
        truth = [TrueVariant(r.chrom, r.pos, str(r.ref), (r.alts or ("",))[0]) for r in vcf]
    negatives = [
        line.split("\t")[:3] for line in (data / "known_negatives.bed").read_text().splitlines()
    ]
    places = [(v.chrom, v.pos - 1, v.pos) for v in truth]
    places += [(chrom, int(start), int(end)) for chrom, start, end in negatives]
    targets = "".join(f"{c}\t{s - 100}\t{e + 100}\n" for c, s, e in sorted(places))
    rows = [
        row(f"DREAM-{role}", name, "DREAM", panel="exome", bam=str(data / f"DREAM_{role}.chr2.bam"))
        for role, name in (("T", "tumour"), ("N", "normal"))
    ]
    deploy(folder, fasta=fasta, rows=rows, targets=targets, genome="hs37d5")
    call(folder, ["DREAM"])
    scored = tuple(Region(c, s, e, "") for c, s, e in sorted(places))
    return replace(_pair("DREAM set 1", folder, "DREAM", fasta, truth), regions=scored)


def hcc1143() -> CaseSet:
    """HCC1143, genome of tumour and normal over 6 kb, where nothing somatic is."""
    data, folder = REAL_DATA / "hcc1143_wgs_grch38_chr11", BUILD / "hcc1143"
    folder.mkdir(parents=True, exist_ok=True)
    fasta = folder / "chr11.fa"
    if not fasta.exists():
        plain(data / "chr11.GRCh38.530001-537000_Npadded_truncated.fa.gz", fasta)
    names = {"T": "HCC1143_T", "N": "HCC1143_BL_N"}
    rows = [
        row(
            f"HCC1143-{role}",
            "tumour" if role == "T" else "normal",
            "HCC1143",
            panel="exome",
            bam=str(data / f"{name}.grch38.chr11_530001-537000.bam"),
        )
        for role, name in names.items()
    ]
    targets = "chr11\t530500\t536500\tHRAS\n"
    deploy(folder, fasta=fasta, rows=rows, targets=targets, genome="GRCh38")
    call(folder, ["HCC1143"])
    return _pair("HCC1143 genome", folder, "HCC1143", fasta, [])


def mixtures() -> list[CaseSet]:
    """Mixtures of people's exome reads, with a panel of normals of twenty others."""
    data, folder = REAL_DATA / "tp53_exome_hg19", BUILD / "mixtures"
    folder.mkdir(parents=True, exist_ok=True)
    fasta = folder / "17.fa"
    if not fasta.exists():
        plain(data / "ref/17.hs37.TP53_Npadded.fa.gz", fasta)
        pysam.faidx(str(fasta))
    parts = [text.split(":") for text in MIXTURES.split(",")]
    mixed = [Mixture(host, donor, float(share)) for host, donor, share in parts]
    rows = []
    for item in mixed:
        for role, bam in zip(("tumour", "normal"), mix(data / "bam", item, folder), strict=True):
            name = f"{item.name}-{role[0].upper()}"
            rows.append(row(name, role, item.name, panel="exome", bam=str(bam)))
    options = {"fasta": fasta, "rows": rows, "targets": REGION, "genome": "hs37d5"}
    deploy(folder, **options)
    used = {name for item in mixed for name in (item.host, item.donor)}
    others = [p for p in sorted((data / "bam").glob("*.bam")) if p.stem not in used][:NORMALS]
    home = folder / "config/panels/exome"
    arguments = ["--panel", str(home / "panel.yaml"), "--fasta", str(fasta)]
    output = ["--output", str(home / "normals.vcf.gz")]
    main(["learn-normals", "--bam", *map(str, others), *arguments, *output])
    deploy(folder, **options, normals="normals.vcf.gz")
    call(folder, [item.name for item in mixed])
    people = genotypes(data)
    return [_mixed(folder, fasta, item, people) for item in mixed]


def _mixed(
    folder: Path,
    fasta: Path,
    mixture: Mixture,
    people: dict[str, dict[tuple[int, str, str], tuple[int, ...]]],
) -> CaseSet:
    truth = []
    host, donor = people[mixture.host], people[mixture.donor]
    for allele, genotype in donor.items():
        has = 1 in genotype, 1 in host[allele]
        if not any(has):
            continue
        private = has[0] and host[allele] == (0, 0)
        reads = reads_with(folder / f"{mixture.name}-T.bam", allele) if private else 0
        truth.append(TrueVariant("17", *allele, scored=reads >= 5))
    return _pair("mixtures of two people", folder, mixture.name, fasta, truth)
