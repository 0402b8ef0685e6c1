"""Real slices of ClinVar, gnomAD and DoCM, asked for the calls of a real tumour."""

from pathlib import Path

import pysam
import pytest
from known import call

from dugnad.annotation.seen import seen
from dugnad.annotation.sources import Sources, open_sources
from dugnad.errors import UserError

CLINVAR = "clinvar_20211025.GRCh38.50records.vcf.gz"
GNOMAD = "gnomad.exomes.r2.1.1.GRCh38.slice.vcf.gz"
DOCM = "DoCM.GRCh38.vcf.gz"
FASTA = "cancer_genes_grch38/cancer_genes.GRCh38.Npadded.fa.gz"
FASTA_37 = "tp53_exome_hg19/ref/17.hs37.TP53_Npadded.fa.gz"


def indexed(path: Path, folder: Path) -> Path:
    """The file itself, or a copy with an index."""
    if Path(f"{path}.tbi").is_file():
        return path
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    return Path(pysam.tabix_index(str(copy), preset="vcf", force=True))


@pytest.fixture(scope="module")
def words(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    folder = tmp_path_factory.mktemp("real")
    known = {
        name: indexed(real_data / "knowledge" / name, folder) for name in (CLINVAR, GNOMAD, DOCM)
    }
    clinvar = "significance=CLNSIG review=CLNREVSTAT condition=CLNDN"
    return [
        f"clinvar clinical {known[CLINVAR]} {clinvar}".split(),
        f"gnomad population {known[GNOMAD]} frequency=AF maximum=AF_popmax".split(),
        f"docm sites {known[DOCM]} show=DISEASE,PMID".split(),
    ]


@pytest.fixture(scope="module")
def sources(real_data: Path, words: list[list[str]]) -> Sources:
    return open_sources(words, real_data / FASTA)


def test_clinvar(sources: Sources) -> None:
    found = seen(call("chr13 19467353 TAA T"), sources)
    assert found["clinical_significance"] == "Benign"
    assert found["clinical_stars"] == 1
    assert found["clinical_conditions"] == ["not specified"]
    assert found["known_ids"] == ["403563"]
    found = seen(call("chr21 6116503 C T"), sources)
    assert (found["clinical_significance"], found["clinical_stars"]) == ("Pathogenic", 0)
    assert seen(call("chr21 6116503 C A"), sources)["clinical_significance"] is None


def test_every_record_of_clinvar_finds_itself(words: list[list[str]], real_data: Path) -> None:
    sources = open_sources(words[:1], real_data / FASTA)
    contigs = {"1", "3", "4", "5", "7", "13", "17", "21"}
    with pysam.VariantFile(words[0][2]) as vcf:
        records = [r for r in vcf if r.chrom in contigs]
        assert len(records) > 10
        for record in records:
            alt = (record.alts or ("",))[0]
            found = seen(call(f"chr{record.chrom} {record.pos} {record.ref} {alt}"), sources)
            assert found["known_ids"] == [record.id]


def test_gnomad(sources: Sources) -> None:
    found = seen(call("chr21 41494550 T C"), sources)
    assert found["population_frequency"] == 1.99451e-05
    assert (found["population_maximum"], found["population_group"]) == (0.000123183, "afr")
    assert found["population_filter"] is None
    first, second = (seen(call(f"chr21 42085325 C {alt}"), sources) for alt in "AT")
    assert (first["population_group"], second["population_group"]) == ("sas", "afr")
    assert first["known_ids"] == second["known_ids"] == ["rs185422923"]
    assert seen(call("chr1 1000000 A C"), sources)["population_source"] is None
    assert seen(call("chr21 5 A C"), sources)["population_source"] == "gnomad"


def test_the_calls_of_a_tumour(real_data: Path, sources: Sources) -> None:
    """Of 3,313 calls those are in DoCM that a plain join by place and alleles finds."""
    contigs = pysam.FastaFile(str(real_data / FASTA)).references
    with pysam.VariantFile(str(real_data / "knowledge" / DOCM)) as vcf:
        known = {f"{r.chrom} {r.pos} {r.ref} {alt}" for r in vcf for alt in r.alts or ()}
    notes = {}
    with pysam.VariantFile(str(real_data / "tcga_coad_pcgr/T001-COAD.grch38.vcf.gz")) as vcf:
        asked = [f"chr{r.chrom} {r.pos} {r.ref} {(r.alts or ('',))[0]}" for r in vcf]
    for text in asked:
        if found := seen(call(text), sources)["annotations"]:
            notes[text] = found
    assert len(asked) == 3313
    assert set(notes) == {text for text in known & set(asked) if text.split()[0] in contigs}
    assert "melanoma" in notes["chr7 140753336 A T"][0]
    assert notes["chr7 140753336 A T"][1].startswith("docm: PMID=")


def test_a_source_of_another_genome_is_refused(real_data: Path, words: list[list[str]]) -> None:
    with pytest.raises(UserError) as error:
        open_sources([words[2]], real_data / FASTA_37)
    assert "is of another genome: contig '17' has 83257441 bases" in str(error.value)
    with pytest.raises(UserError, match="its header names GRCh38, the genome is GRCh37"):
        open_sources([words[0]], real_data / FASTA_37)
