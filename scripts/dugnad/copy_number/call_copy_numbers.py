"""Say which genes are amplified, gained, lost or deleted, where heterozygosity is lost, and how
many of the cells are the tumour's.

Depth in bins and the share of either allele at heterozygous sites are cut into segments together;
purity and ploidy are fitted to these. Genes are judged by the panel's limits, at the purity that
is used and, to show what hangs on it, at others.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dugnad.copy_number import cnvkit
from dugnad.copy_number.analysis import analyse, beside, sample_of, somatic_calls
from dugnad.copy_number.baf import (
    Site,
    is_foreign,
    reads_of,
    sites_by_normal,
    sites_by_population,
)
from dugnad.copy_number.gene_table import Table
from dugnad.copy_number.genes import locate
from dugnad.copy_number.measure_bins import rules_of
from dugnad.copy_number.tell import part_of, segment_rows
from dugnad.files import write_text
from dugnad.panel import load_panel
from dugnad.panel_copy_number import CopyNumberRules
from dugnad.qc.infer_sex import observed
from dugnad.qc.locate_exons import read_exons
from dugnad.qc.sites import Counts, read_counts, stretch
from dugnad.tables import BAF_SITES, BINS, COPY_NUMBERS, SEGMENTS, read_table, write_table
from dugnad.vcf import Call, read_calls


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--tumour", required=True, help="the tumour sample")
    parser.add_argument("--normal", help="the case's normal sample, if it has one")
    parser.add_argument("--bins", type=Path, required=True, help="Parquet by measure-bins")
    parser.add_argument(
        "--sites",
        type=Path,
        nargs="+",
        required=True,
        help="by count-sites, of the tumour, then of the normal",
    )
    parser.add_argument("--calls", type=Path, help="VCF of small variants")
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument("--exons", type=Path, required=True, help="TSV by locate-exons")
    parser.add_argument("--sex", type=Path, required=True, help="JSON by infer-sex, of the case")
    parser.add_argument("--par", nargs="*", default=[], help="pseudoautosomal stretches")
    parser.add_argument("--purity", type=float, help="tumour fraction, as stated on the sheet")
    for name, text in (
        ("baf", "Parquet of heterozygous sites"),
        ("segments", "Parquet of segments"),
        ("copy-numbers", "Parquet of genes"),
        ("fit", "JSON of purity and ploidy"),
        ("record", "JSON for the case record"),
    ):
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)


def main(args: argparse.Namespace) -> None:
    """Write tables, purity and the part of the record."""
    panel, _ = load_panel(args.panel)
    rules = rules_of(panel.copy_number, args.panel)
    sex = observed(args.sex, args.tumour)
    par = [stretch(text) for text in args.par]
    bins = read_table(args.bins, BINS)
    named = [args.tumour, *([args.normal] if args.normal else [])]
    samples = [sample_of([row for row in bins if row["sample"] == n], sex, par) for n in named]
    calls = list(read_calls(args.calls, args.tumour, args.normal)) if args.calls else []
    known = heterozygous([read_counts(path) for path in args.sites], calls, rules)
    somatic = somatic_calls(calls) if known.by_normal else []
    if samples[0].flat and len(samples) > 1 and known.by_normal:
        samples[0] = beside(samples[0], samples[1])
    analysis = analyse(samples[0], known.sites, somatic, args.purity, rules)
    table = Table(analysis, samples[1] if len(samples) > 1 and known.by_normal else None, rules)
    found = table.find(locate(panel.genes, read_exons(args.exons), samples[0].bins))
    rows = [table.row(one) for one in found]
    notes = [*known.notes, *unseen(panel.genes, [row["gene"] for row in rows])]
    if sex == "unknown":
        notes.append("the sex is not clear: X and Y are judged as if there were two copies")
    record = part_of(table, found, rows, notes, cnvkit.software())
    write_table(args.baf, (site.row() for site in known.sites), BAF_SITES)
    write_table(args.segments, segment_rows(analysis, rules), SEGMENTS)
    write_table(args.copy_numbers, rows, COPY_NUMBERS)
    write_text(args.fit, analysis.purity.model_dump_json(indent=1) + "\n")
    write_text(args.record, record.model_dump_json(indent=1) + "\n")


@dataclass(frozen=True)
class Known:
    """The heterozygous sites, and what is to be said of them."""

    sites: list[Site]
    by_normal: bool
    notes: list[str]


def heterozygous(counts: Sequence[Counts], calls: Sequence[Call], rules: CopyNumberRules) -> Known:
    """The heterozygous sites of the tumour (``counts`` first) by its normal, or by the population.

    A normal that is another person's is not asked.
    """
    depth = rules.site_depth.value
    tumour = counts[0].autosomal().where(counts[0].autosomal().depth > 0)
    on_x = counts[0].where(counts[0].kind == "x")
    common = reads_of(tumour, ()) | reads_of(on_x, ())
    notes: list[str] = []
    if len(counts) > 1:
        beside = reads_of(counts[1], ())
        if not is_foreign(common, beside, depth):
            both = reads_of(counts[0], calls), reads_of(counts[1], calls, of_normal=True)
            return Known(sites_by_normal(*both, depth), True, notes)
        notes.append(
            "the normal lacks heterozygous sites that the tumour has, and seems another person's:"
            " it is not used"
        )
    return Known(sites_by_population(common, depth), False, notes)


def unseen(genes: Sequence[str], seen: Sequence[str]) -> list[str]:
    """What is said of reportable genes without any bin."""
    lacking = sorted(set(genes) - set(seen))
    return [f"no bin in the targets, not assessed: {', '.join(lacking)}"] if lacking else []
