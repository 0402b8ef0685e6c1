"""A toy genome with sex chromosomes and one gene, and cases on it."""

from typing import Any

from dugnad.demo.case_recipe import CaseRecipe
from dugnad.demo.cells import Variant
from dugnad.demo.gene import Exon, Gene, Transcript
from dugnad.demo.genome import Genome
from dugnad.demo.hgvs import Allele
from dugnad.demo.interval import Interval

GENE = Gene(
    "G1", "TOY", "chr1", "+", 1500, "ATG" + "A" * 94 + "TAA",
    (Transcript("T1", True, (Exon(1, 0, 100),), 0, 100),),
)  # fmt: skip
TOY = Genome(
    contigs={"chr1": "A" * 9000, "chrX": "A" * 6000, "chrY": "N" * 2000 + "A" * 2000},
    genes=(GENE,),
    par=(Interval("chrX", 0, 2000, "PAR"),),
)
SUBCLONE = [{"name": "A", "fraction": 1}, {"name": "B", "fraction": 0.2, "parent": "A"}]


def toy_case(**changes: Any) -> CaseRecipe:
    """A woman's tumour of purity 0.6, with a normal."""
    plain = {
        "id": "T1", "title": "toy", "tumour_type": "LUAD", "panel": "toy", "sex": "female",
        "purity": 0.6, "clones": [{"name": "A", "fraction": 1}],
        "samples": [
            {"id": "T1-T", "role": "tumour", "depth": 100},
            {"id": "T1-N", "role": "normal", "depth": 100},
        ],
    }  # fmt: skip
    return CaseRecipe.model_validate(plain | changes)


def event(first: int, second: int, clone: str | None = None, region: str = "chr1") -> Any:
    """A copy-number event; the call does not matter here."""
    copies = [first, second]
    return {"region": region, "copies": copies, "clone": clone, "call": "gain", "why": "test"}


def variant(
    haplotype: Any = 1, clone: str | None = "A", copies: int | None = None, contig: str = "chr1",
    position: int = 3001,
) -> Variant:  # fmt: skip
    """A somatic variant of ``clone``, or a germline one without."""
    allele = Allele(contig, position, "A", "C")
    origin: Any = "somatic" if clone else "germline"
    return Variant(allele, origin, "test", haplotype, clone, copies)
