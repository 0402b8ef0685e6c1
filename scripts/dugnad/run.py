"""The run: what was asked. Config, sample sheet and panels, validated and frozen.

``load_run`` is the only reader of what people write; Snakemake and ``dugnad check`` share it.
"""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dugnad.border import got
from dugnad.config import LEDGER, Config, load_config
from dugnad.errors import UserError
from dugnad.panel import Panel, load_panel
from dugnad.privacy import mask
from dugnad.quantities import AgeBand
from dugnad.sheet import Placed, Row, read_sheet
from dugnad.site import Site, load_site

CONFIG = Path("config/config.yaml")
SCOPE = "DUGNAD_CASES"
"""Environment variable: the only cases that are looked at, parted by commas; docs/scale.md."""


@dataclass(frozen=True)
class FastqPair:
    """The reads of one lane."""

    lane: str
    fastq_1: Path
    fastq_2: Path


@dataclass(frozen=True)
class Sample:
    """One sample of a case; comes by exactly one door (lanes, bam or vcf)."""

    id: str
    case: str
    role: str
    analyte: str
    purity: float | None
    sex: str
    lanes: tuple[FastqPair, ...]
    bam: Path | None
    vcf: Path | None

    @property
    def door(self) -> str:
        """What the sample came in as: fastq, bam or vcf."""
        return "fastq" if self.lanes else "bam" if self.bam else "vcf"


@dataclass(frozen=True)
class Case:
    """One patient's material analysed together."""

    id: str
    tumour: Sample
    normal: Sample | None
    rna: Sample | None
    panel: Panel
    tumour_type: str
    consent: str
    age_band: AgeBand | None = None

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The DNA that is analysed: tumour first, then the normal if there is one."""
        return (self.tumour, self.normal) if self.normal else (self.tumour,)

    @property
    def given(self) -> tuple[Path, ...]:
        """The files that the sheet names for the case, each once."""
        samples = (*self.samples, *([self.rna] if self.rna else ()))
        reads = [path for s in samples for pair in s.lanes for path in (pair.fastq_1, pair.fastq_2)]
        others = [path for s in samples for path in (s.bam, s.vcf) if path]
        return tuple(dict.fromkeys([*reads, *others]))

    @property
    def has_reads(self) -> bool:
        """False when the case came as somebody else's calls."""
        return self.tumour.door != "vcf"


@dataclass(frozen=True)
class Run:
    """What was asked, validated."""

    config: Config
    panels: Mapping[str, Panel]
    cases: Mapping[str, Case]
    samples: Mapping[str, Sample]
    """The DNA samples: those that are analysed."""
    rows: tuple[Placed, ...]
    files: tuple[Path, ...]
    """What people wrote: config, sheet, panel and site files."""
    site: Site
    is_whole: bool = True
    """False when only some of the sheet's cases were asked for."""

    @property
    def rna(self) -> tuple[Sample, ...]:
        """The RNA samples, in the order of their cases."""
        return tuple(case.rna for case in self.cases.values() if case.rna)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that was asked for, but the FASTQ; each once, in a stable order."""
        genome = self.config.genome
        paths = [*self.files, genome.fasta, genome.annotation]
        for panel in self.panels.values():
            paths += panel.files
        paths += [source.path for source in self.config.sources]
        paths += self.config.mutect2.files.values() if self.config.mutect2 else ()
        for sample in self.samples.values():
            paths += [sample.bam, sample.vcf]
        return tuple(dict.fromkeys(path for path in paths if path))

    @property
    def reads(self) -> tuple[Path, ...]:
        """Every FASTQ, of RNA too."""
        pairs = (pair for sample in (*self.samples.values(), *self.rna) for pair in sample.lanes)
        return tuple(path for pair in pairs for path in (pair.fastq_1, pair.fastq_2))


def missing_files(run: Run) -> list[str]:
    """One problem for each file that the run names and that is not there."""
    config, genome = run.files[0], run.config.genome
    named: list[tuple[str, Path | None]] = [
        (f"{config}: genome.fasta", genome.fasta),
        (f"{config}: genome.annotation", genome.annotation),
        *((f"{config}: sources", source.path) for source in run.config.sources),
    ]
    if genome.bwa_index:
        named.append((f"{config}: genome.bwa_index", Path(f"{genome.bwa_index}.bwt")))
    if run.config.mutect2:
        files = run.config.mutect2.files
        named += [(f"{config}: mutect2.{key}", file) for key, file in files.items()]
    if run.config.recurrence:
        named.append((f"{config}: recurrence", run.config.recurrence / LEDGER))
    for panel in run.panels.values():
        home = run.config.panels / panel.id / "panel.yaml"
        named += [
            (f"{home}: {key}", path)
            for key in ("targets", "hotspots", "normals")
            for path in [getattr(panel, key)]
        ]
    for item in run.rows:
        for name in ("fastq_1", "fastq_2", "bam", "vcf"):
            place = f"{item.lines.path}:{item.lines.at(())}: {name}"
            named.append((place, getattr(item.row, name)))
    cache = run.config.annotation.vep_cache
    lacking = [(place, path) for place, path in named if path and not path.is_file()]
    if cache and not cache.is_dir():
        lacking.append((f"{config}: annotation.vep_cache", cache))
    return [mask(f"{place}: no such file {got(path)}; check the path") for place, path in lacking]


def load_run(path: Path = CONFIG) -> Run:
    """Read and validate config, sheet and panels.

    Args:
        path: the config file; paths in it are relative to the working folder.

    Raises UserError with the problems of all files at once. Where the environment names cases
    (``SCOPE``), the others are left out, as if the sheet did not have them.
    """
    config = load_config(path)
    scope = tuple(filter(None, os.environ.get(SCOPE, "").split(",")))
    rows, problems = read_sheet(config.samples, scope)
    problems += _unknown_accepted(path, config, rows) if not scope else []
    problems += _unknown_cases(scope, config, rows) if not problems else []
    panels: dict[str, Panel] = {}
    for item in rows:
        name = item.row.panel
        if name in panels:
            continue
        try:
            panels[name] = _load_panel(config, item)
        except UserError as error:
            problems += [line for line in error.problems if line not in problems]
    problems += _unfiltered_mutect2(path, config, panels)
    site = Site()
    try:
        site = load_site(config.site)
    except UserError as error:
        problems += error.problems
    if problems:
        raise UserError(problems)
    cases = _cases(rows, panels)
    samples = {sample.id: sample for case in cases.values() for sample in case.samples}
    files = [path, config.samples, *(config.panels / name / "panel.yaml" for name in panels)]
    files += [config.site] if config.site else []
    return Run(config, panels, cases, samples, tuple(rows), tuple(files), site, not scope)


def _unknown_cases(scope: Sequence[str], config: Config, rows: list[Placed]) -> list[str]:
    known = {item.row.case for item in rows}
    return [
        f"{SCOPE}: no such case on {config.samples} {got(case)}; mend or unset it"
        for case in scope
        if case not in known
    ]


def _unknown_accepted(path: Path, config: Config, rows: list[Placed]) -> list[str]:
    known = {item.row.sample for item in rows}
    return [
        f"{path}: accepted: no such sample on the sheet {got(item.sample)}; mend or remove it"
        for item in config.accepted
        if item.sample not in known
    ]


def _unfiltered_mutect2(path: Path, config: Config, panels: Mapping[str, Panel]) -> list[str]:
    """Mutect2's calls are to be filtered, so what its filters read is asked for at once."""
    if config.mutect2:
        return []
    return [
        f"{path}: mutect2: is missing, and panel {name!r} calls with mutect2, which cannot be"
        " filtered without it; add mutect2 with germline_resource and common_sites, or take"
        f" mutect2 from the callers of {config.panels / name / 'panel.yaml'}"
        for name, panel in panels.items()
        if "mutect2" in panel.callers
    ]


def _load_panel(config: Config, item: Placed) -> Panel:
    path = config.panels / item.row.panel / "panel.yaml"
    if not path.is_file():
        text = f"there is no {path} {got(item.row.panel)}; name a panel of {config.panels}"
        raise UserError(item.lines.problem(("panel",), text))
    panel, lines = load_panel(path)
    if panel.genome != config.genome.name:
        text = (
            f"the panel was made for another genome than the config's {config.genome.name!r}"
            f" {got(panel.genome)}; use the panel's genome"
        )
        raise UserError(lines.problem(("genome",), text))
    return panel


def _cases(rows: list[Placed], panels: Mapping[str, Panel]) -> dict[str, Case]:
    by_case: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for item in rows:
        by_case[item.row.case][item.row.sample].append(item.row)
    cases = {}
    for name, group in by_case.items():
        samples = {(rows[0].role, rows[0].analyte): _sample(rows) for rows in group.values()}
        first = next(iter(group.values()))[0]
        cases[name] = Case(
            id=name,
            tumour=samples["tumour", "dna"],
            normal=samples.get(("normal", "dna")),
            rna=samples.get(("tumour", "rna")),
            panel=panels[first.panel],
            tumour_type=first.tumour_type,
            consent=first.consent,
            age_band=first.age_band,
        )
    return cases


def _sample(rows: list[Row]) -> Sample:
    first = rows[0]
    pairs = ((row.fastq_1, row.fastq_2) for row in rows)
    lanes = (FastqPair(f"L{n}", a, b) for n, (a, b) in enumerate(pairs, start=1) if a and b)
    return Sample(
        id=first.sample,
        case=first.case,
        role=first.role,
        analyte=first.analyte,
        purity=first.purity,
        sex=first.sex,
        lanes=tuple(lanes),
        bam=first.bam,
        vcf=first.vcf,
    )
