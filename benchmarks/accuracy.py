"""Measure accuracy, and write build/accuracy.json and docs/accuracy.md.

Each set is called once. The callers' own proposals are judged by a plain rule, alone and together;
the product's rule is the panel's filters on the recounted variants.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pysam

from benchmarks import accuracy_sets
from benchmarks.accuracy_page import write_page
from benchmarks.accuracy_sets import BUILD, ROOT, CaseSet, Key
from dugnad.accuracy.comparing import Comparison, compare
from dugnad.accuracy.counting import false as false_calls
from dugnad.accuracy.counting import missed, rows
from dugnad.accuracy.variants import CalledVariant
from dugnad.alleles import trim
from dugnad.interpretation.interpret_variants import interpret
from dugnad.regions import read_hotspots
from dugnad.tables import VARIANTS, read_table

MIN_READS, MAX_NORMAL = 4, 0.02  # the plain rule
CALLERS = ("pileup", "freebayes", "mpileup")
OURS = "Dugnad"
Plain = dict[Key, CalledVariant]


def main() -> None:
    """Run all sets; with arguments, only ``synthetic`` or ``real``."""
    wanted = sys.argv[1:] or ["synthetic", "real"]
    sets = [item for name in wanted for item in getattr(accuracy_sets, name)()]
    compared: dict[tuple[str, str], list[Comparison]] = {}
    leaks: dict[str, Counter[str]] = {}
    for item in sets:
        print(f"accuracy: {item.name}", file=sys.stderr)
        findings = judged(item)
        for rule, calls in {**plain_rules(item), OURS: called(item, findings)}.items():
            found = compare(item.truth, calls, item.regions, item.fasta)
            compared.setdefault((item.name, rule), []).append(found)
        leaks.setdefault(item.name, Counter()).update(origins(item, findings))
    joined = {key: _joined(found) for key, found in compared.items()}
    table = [row for (name, rule), one in joined.items() for row in rows(one, name, rule)]
    target = ROOT / "build/accuracy.json"
    target.write_text(json.dumps(table, indent=1) + "\n")
    explained = {key: (missed(one), false_calls(one)) for key, one in joined.items()}
    write_page(ROOT / "docs", table, joined, explained, leaks)


def _joined(found: Sequence[Comparison]) -> Comparison:
    """Several comparisons of one set as one."""
    return Comparison(
        tuple(item for one in found for item in one.true_positives),
        tuple(item for one in found for item in one.false_negatives),
        tuple(item for one in found for item in one.false_positives),
        sum(one.megabases for one in found),
    )


def judged(item: CaseSet) -> list[dict[str, Any]]:
    """The set's variants, judged by its panel."""
    variants = read_table(item.home / f"annotation/{item.case}.variants.parquet", VARIANTS)
    hotspots = read_hotspots(item.panel.hotspots) if item.panel.hotspots else []
    normal = "own" if item.normal else "none"
    if not item.normal:
        unseen = dict.fromkeys(name for name in VARIANTS.names if name.startswith("normal_"))
        variants = [row | unseen for row in variants]
    return list(interpret(variants, item.panel, hotspots, normal, item.purity))


def called(item: CaseSet, findings: Iterable[dict[str, Any]]) -> list[CalledVariant]:
    """The findings as calls: without a normal, what is not shown to be germline counts too."""
    wanted = {"somatic"} if item.normal else {"somatic", "uncertain"}
    return [
        CalledVariant(
            f["chrom"],
            f["pos"],
            f["ref"],
            f["alt"],
            f["vaf"],
            called=not f["filters"] and f["origin"] in wanted,
            filters=tuple(f["filters"]),
            origin=f["origin"],
            depth=f["depth"],
            alt_reads=f["alt_reads"],
        )
        for f in findings
    ]


def origins(item: CaseSet, findings: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Of what passes and is called somatic, whether it is the patient's own germline."""
    own = {(key[0], trim(*key[1:])) for key in item.germline}
    for f in findings:
        if not f["filters"] and f["origin"] == "somatic":
            is_own = (f["chrom"], trim(f["pos"], f["ref"], f["alt"])) in own
            yield "germline" if is_own else "other"


def plain_rules(item: CaseSet) -> dict[str, list[CalledVariant]]:
    """Each caller by the plain rule, and all by vote; several bases changed count one by one."""
    alone = {caller: _plain(item, caller) for caller in CALLERS}
    votes = Counter(key for calls in alone.values() for key in calls)
    every = {key: call for calls in alone.values() for key, call in calls.items()}

    def voted(least: int) -> list[CalledVariant]:
        return [call for key, call in every.items() if votes[key] >= least]

    rules = {f"{caller} alone": list(calls.values()) for caller, calls in alone.items()}
    together = {"union": voted(1), "majority": voted(2), "intersection": voted(len(CALLERS))}
    return rules | together


def _plain(item: CaseSet, caller: str) -> Plain:
    """What a caller proposes with ``MIN_READS``, the panel's least VAF, and not in the normal."""
    least = next(row.usual for row in item.panel.filters if row.field == "vaf")
    kept: Plain = {}
    for path in _files(item, caller):
        with pysam.VariantFile(str(path)) as vcf:
            for record in vcf:
                tumour = _counts(record, item.tumour)
                normal = _counts(record, item.normal) if item.normal else (0, 1)
                reads, depth = tumour
                if reads < MIN_READS or reads < least * depth:
                    continue
                if not normal[1] or normal[0] >= MAX_NORMAL * normal[1]:
                    continue
                for pos, ref, alt in _single(
                    record.pos, str(record.ref), (record.alts or ("",))[0]
                ):
                    key = (record.chrom, pos, ref, alt)
                    kept[key] = CalledVariant(*key, reads / depth)
    return kept


def _counts(record: pysam.VariantRecord, sample: str) -> tuple[int, int]:
    counts = [int(n or 0) for n in record.samples[sample].get("AD") or ()]
    return (counts[1], sum(counts[:2])) if len(counts) > 1 else (0, 0)


def _single(pos: int, ref: str, alt: str) -> Iterator[tuple[int, str, str]]:
    """A change of several bases as single ones."""
    if len(ref) != len(alt):
        yield pos, ref, alt
        return
    for index, (before, after) in enumerate(zip(ref, alt, strict=True)):
        if before != after:
            yield pos + index, before, after


def _files(item: CaseSet, caller: str) -> list[Path]:
    home = item.home / "small_variants"
    if caller != "mpileup":
        return sorted(home.glob(f"{item.case}.{caller}.[0-9]*.bcf"))
    path = home / f"{item.case}.mpileup.bcf"
    _mpileup(item, path)
    return [path]


def _mpileup(item: CaseSet, path: Path) -> None:
    """Allele counts of bcftools mpileup, with the options that keep indels alive at depth."""
    bed = BUILD / f"{item.case}.bed"
    regions = sorted(item.regions, key=lambda r: (r.chrom, r.start))
    bed.write_text("".join(f"{r.chrom}\t{r.start}\t{r.end}\n" for r in regions))
    samples = [item.tumour, *([item.normal] if item.normal else [])]
    bams = " ".join(str(item.home / f"alignment/{name}.bam") for name in samples)
    command = (
        f"bcftools mpileup -f {item.fasta} -T {bed} -d 100000 -L 100000 -a AD,DP -Q 20 -q 20"
        f" -m 3 -F 0.005 -h 100 -Ou {bams} | bcftools view -i 'N_ALT>1 || INDEL=1' -Ou"
        f" | bcftools norm -m-any -f {item.fasta} -Ou | bcftools view -e 'ALT=\"<*>\"'"
        f" -Ob -o {path}"
    )
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True, capture_output=True)


if __name__ == "__main__":
    main()
