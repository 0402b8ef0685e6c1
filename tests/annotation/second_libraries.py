"""Other writers of HGVS names, as a second opinion: hgvs-weaver from the genome, biocommons."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import weaver

from dugnad.annotation.hgvs import HgvsNamer, reverse_complement
from dugnad.annotation.transcripts import Transcript

HAS_BIOCOMMONS = find_spec("hgvs") is not None


class WeaverNames:
    """The c. name of a genomic name, numbered by hgvs-weaver over exons and introns."""

    def __init__(self, namer: HgvsNamer, transcript: Transcript) -> None:
        self._namer, self._transcript = namer, transcript
        self._mapper = weaver.VariantMapper(self)

    def c(self, g: str) -> str:
        """ "c.5C>T" of "7:g.10C>T"."""
        variant = weaver.parse(f"NC_{g}")
        found: str = self._mapper.g_to_c(variant, "NM_1").format()
        return found.partition(":")[2]

    def get_transcript(self, _ac: str, _reference: str | None) -> dict[str, Any]:
        one = self._transcript
        strand = 1 if one.strand == "+" else -1
        return {
            "ac": "NM_1",
            "gene": one.gene,
            "strand": strand,
            "reference_accession": f"NC_{one.chrom}",
            "cds_start_index": one.coding_span[0] if one.coding_span else None,
            "cds_end_index": one.coding_span[1] if one.coding_span else None,
            "exons": [
                {
                    "transcript_start": offset,
                    "transcript_end": offset + end - start,
                    "reference_start": start,
                    "reference_end": end - 1,
                    "alt_strand": strand,
                    "cigar": f"{end - start}=",
                }
                for offset, (start, end) in zip(one.offsets, one.exons, strict=True)
            ],
        }

    def get_seq(self, ac: str, start: int, end: int | None, _kind: object) -> str:
        if ac == "NM_1":
            return spliced_bases(self._namer, self._transcript)[start:end]
        chrom = ac.removeprefix("NC_")
        return self._namer.fetch(chrom, start, self._namer.lengths[chrom] if end is None else end)


def spliced_bases(namer: HgvsNamer, transcript: Transcript) -> str:
    """The exons' bases in the transcript's direction, joined."""
    exons: Iterator[str] = (namer.fetch(transcript.chrom, *exon) for exon in transcript.exons)
    if transcript.strand == "-":
        exons = map(reverse_complement, exons)
    return "".join(exons)


def biocommons_names(namer: HgvsNamer, transcript: Transcript) -> Any:
    """A function from a c. name to biocommons' p. name."""
    from hgvs.dataproviders.interface import Interface  # type: ignore[import-not-found]
    from hgvs.parser import Parser  # type: ignore[import-not-found]
    from hgvs.variantmapper import VariantMapper  # type: ignore[import-not-found]

    span, bases = transcript.coding_span, spliced_bases(namer, transcript)
    assert span is not None
    identity = {
        "tx_ac": "NM_1.1",
        "alt_ac": "NM_1.1",
        "alt_aln_method": "transcript",
        "cds_start_i": span[0],
        "cds_end_i": span[1] + 1,
        "lengths": [len(bases)],
        "hgnc": transcript.gene,
        "translation_table": "standard",
    }
    answers = {
        "data_version": "1.1",
        "schema_version": "1.1",
        "get_tx_identity_info": identity,
        "get_pro_ac_for_tx_ac": "NP_1.1",
    }
    own = {name: lambda *_, name=name: answers.get(name) for name in Interface.__abstractmethods__}
    own["get_seq"] = lambda _self, _ac, start=None, end=None: bases[start:end]
    provider = type("Provider", (Interface,), {**own, "required_version": "1.1"})()
    mapper, parser = VariantMapper(provider, prevalidation_level=None), Parser()

    def name(c: str) -> str:
        variant = parser.parse_hgvs_variant(f"NM_1.1:{c}")
        return str(mapper.c_to_p(variant, "NP_1.1")).partition(":")[2]

    return name
