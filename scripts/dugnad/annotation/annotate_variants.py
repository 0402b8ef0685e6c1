"""Add to each call what it does (consequence, HGVS) and who has seen it (known sites).

Consequences come from an engine in the calls, and from place and codons; HGVS names from the gene
annotation, on the transcript that the panel reports. Without one both stay empty: not assessed.
"""

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from dugnad.annotation.annotator import Annotator
from dugnad.annotation.engines import ENGINES
from dugnad.annotation.fit import check_transcripts
from dugnad.annotation.hgvs import HgvsNamer
from dugnad.annotation.seen import seen
from dugnad.annotation.sources import open_sources
from dugnad.annotation.transcripts import Transcripts, read_transcripts
from dugnad.panel import load_panel
from dugnad.recurrence.register import Register, open_register
from dugnad.tables import VARIANTS, write_rows
from dugnad.vcf import Call, Quality, Support, read_calls

_QUALITY = tuple(field.name for field in fields(Quality))
GERMLINE_VAF = 0.35  # TSOPPI's highest bin, in which its recurrent_germline counts normals


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--calls", type=Path, required=True, help="VCF, alleles split")
    parser.add_argument("--tumour", required=True, help="the tumour's column")
    parser.add_argument("--normal", help="the normal's column, if there is one")
    parser.add_argument("--rna", help="the RNA's column, if there is one")
    parser.add_argument("--called-by", default="imported", help="caller, where the VCF names none")
    parser.add_argument("--fasta", type=Path, required=True, help="reference genome")
    parser.add_argument("--annotation", type=Path, help="GFF3; absent: not assessed")
    parser.add_argument(
        "--engine", choices=tuple(ENGINES), default="csq", help="whose consequences the calls have"
    )
    parser.add_argument("--panel", type=Path, required=True, help="panel.yaml")
    parser.add_argument(
        "--source",
        action="append",
        nargs="+",
        default=[],
        metavar=("ID KIND FILE", "KEY=VALUE"),
        help="known sites, with the keys of the config's sources",
    )
    parser.add_argument("--recurrence", type=Path, help="register of earlier runs, a folder")
    parser.add_argument("--output", type=Path, required=True, help="Parquet of variants")


def main(args: argparse.Namespace) -> None:
    """Write the variants table."""
    panel, _ = load_panel(args.panel)
    transcripts = read_transcripts(args.annotation) if args.annotation else Transcripts()
    namer = HgvsNamer(args.fasta, transcripts)
    if args.annotation:
        check_transcripts(args.annotation, transcripts, namer.reference)
    engine = ENGINES[args.engine](args.calls)
    annotator = Annotator(panel, transcripts, namer, engine)
    sources = open_sources(args.source, args.fasta)
    register = open_register(args.recurrence) if args.recurrence else None
    rows = (
        {
            **evidence(call, args.called_by),
            **annotator.describe(call, assessed=args.annotation is not None),
            **seen(call, sources),
            **recurred(call, register),
        }
        for call in read_calls(args.calls, args.tumour, args.normal, args.rna, engine.key)
    )
    write_rows(args.output, rows, VARIANTS)


def evidence(call: Call, called_by: str) -> dict[str, Any]:
    """The place and the reads of a call; ``called_by`` holds where the call names nobody."""
    normal, rna = call.normal or Support(), call.rna or Support()
    return {
        "chrom": call.chrom,
        "pos": call.pos,
        "ref": call.ref,
        "alt": call.alt,
        "called_by": list(call.called_by) or [called_by],
        "caller_filters": list(call.filters),
        "depth": call.tumour.depth,
        "alt_reads": call.tumour.alt_reads,
        "vaf": call.tumour.vaf,
        "normal_depth": normal.depth,
        "normal_alt_reads": normal.alt_reads,
        "normal_vaf": normal.vaf,
        "normal_ratio": _ratio(normal.vaf, call.tumour.vaf),
        "rna_depth": rna.depth,
        "rna_alt_reads": rna.alt_reads,
        "rna_vaf": rna.vaf,
        "cis_with": list(call.cis_with),
        **{name: getattr(call.quality, name) for name in _QUALITY},
    }


def _ratio(normal: float | None, tumour: float | None) -> float | None:
    return normal / tumour if normal is not None and tumour else None


def recurred(call: Call, register: Register | None) -> dict[str, Any]:
    """How often earlier runs had the allele; empty without a register.

    ``recurrence_tumours`` is the share of callable tumours that have it at a VAF of the call's bin
    or above, ``recurrence_normals`` that of normals at ``GERMLINE_VAF`` or above.
    """
    if register is None:
        return {}
    found = register.look_up(call.chrom, call.pos, call.ref, call.alt)
    vaf = call.tumour.vaf
    return {
        "recurrence": f"{found.tumour.text} {found.normal.text}",
        "recurrence_tumours": None if vaf is None else found.tumour.share_at_or_above(vaf),
        "recurrence_normals": found.normal.share_at_or_above(GERMLINE_VAF),
    }
