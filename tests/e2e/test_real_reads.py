"""The whole workflow on real reads, by each door, against what is known of them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pysam
import pytest
import yaml
from deploy import PANEL, deploy, fastq_of, plain, reference

from builders import row
from dugnad.record import CaseRecord, Finding
from support import ROOT, Snakemake, html_alone

pytestmark = pytest.mark.real_data
PROFILE = str(ROOT / "profiles/local")


def sample(name: str, role: str = "tumour", case: str = "C1", **files: str) -> dict[str, str]:
    return row(name, role, case, panel="exome", **files)


def exome_filters() -> list[dict[str, Any]]:
    """The test panel's filters with an exome's least VAF: BALSAMIC exome AF >= 0.05 (v19)."""
    filters: list[dict[str, Any]] = yaml.safe_load(PANEL.read_text())["filters"]
    return [row | ({"below": 0.05} if row["id"] == "low_vaf" else {}) for row in filters]


def record(folder: Path, case: str = "C1") -> CaseRecord:
    text = (folder / f"results/{case}/report/{case}.case.json").read_text()
    return CaseRecord.model_validate_json(text)


def at(found: CaseRecord, pos: int, alt: str) -> Finding:
    (finding,) = (f for f in found.findings if f.pos == pos and f.alt == alt)
    return finding


def passing(found: CaseRecord, *origins: str) -> set[tuple[str, int, str, str]]:
    return {
        (f.chrom, f.pos, f.ref, f.alt) for f in found.findings if f.passes and f.origin in origins
    }


def frequencies(source: Path, target: Path) -> Path:
    """dbSNP's CAF as a plain AF, in a VCF of its own."""
    with pysam.VariantFile(str(source)) as known, target.open("w") as out:
        out.write("##fileformat=VCFv4.2\n##contig=<ID=17,length=81195210>\n")
        out.write('##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency">\n')
        out.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        for r in known:
            shares = ",".join(r.info.get("CAF", ())).strip("[]").split(",")[1:]
            share = ",".join(shares)
            if share and "." not in shares and len(shares) == len(r.alts or ()):
                alts = ",".join(r.alts or ())
                out.write(f"17\t{r.pos}\t{r.id}\t{r.ref}\t{alts}\t.\t.\tAF={share}\n")
    pysam.tabix_index(str(target), preset="vcf", force=True)
    return Path(f"{target}.gz")


@pytest.fixture(scope="module")
def tp53(real_data: Path, tmp_path_factory: pytest.TempPathFactory, snakemake: Snakemake) -> Path:
    """One person's reads as a pair, and three people alone: by FASTQ and by BAM."""
    data, folder = real_data / "tp53_exome_hg19", tmp_path_factory.mktemp("tp53")
    fasta = reference(data / "ref/17.hs37.TP53_Npadded.fa.gz", "hs37-17")
    source = frequencies(
        data / "known_sites/dbsnp_138.17_7572000-7591000.hs37.vcf.gz", folder / "dbsnp.vcf"
    )
    pair = {role: data / f"tn_pair/NA06984_{role[0].upper()}.bam" for role in ("tumour", "normal")}
    alone = ("NA12003", "NA07357", "NA12044")
    rows = [
        *(sample(f"PAIR-{r[0]}", r, "PAIR", **fastq_of(bam, folder, r)) for r, bam in pair.items()),
        sample("NA12003", case="NA12003", **fastq_of(data / "bam/NA12003.bam", folder, "NA12003")),
        *(sample(p, case=p, bam=str(data / f"bam/{p}.bam")) for p in alone[1:]),
    ]
    bed = (data / "bed/TP53_exon2_11.bed").read_text()
    deploy(
        folder,
        fasta=fasta,
        index=fasta,
        rows=rows,
        targets=bed,
        annotation=data / "ref/TP53.GRCh37.ensembl.gff3",
        sources=[
            {
                "id": "dbsnp",
                "kind": "population",
                "path": str(source),
                "release": "138",
                "frequency": "AF",
            }
        ],
        genome="hs37d5",
    )
    snakemake(html_alone(folder), "--profile", PROFILE)
    return folder


def test_tp53_pair_of_one_person_has_no_somatic_call(tp53: Path) -> None:
    found = record(tp53, "PAIR")
    assert passing(found, "somatic", "uncertain") == set()
    pro72 = at(found, 7579472, "C")
    assert (pro72.hgvs_p, pro72.origin, pro72.passes) == ("p.(Pro72Arg)", "germline", True)


@pytest.mark.parametrize("person", ["NA12003", "NA07357"])
def test_tp53_carriers_are_germline_by_population(tp53: Path, person: str) -> None:
    pro72 = at(record(tp53, person), 7579472, "C")
    assert (pro72.gene, pro72.hgvs_c, pro72.hgvs_p) == ("TP53", "c.215C>G", "p.(Pro72Arg)")
    assert pro72.origin == "germline"
    assert pro72.known_ids == ("rs1042522",)
    assert pro72.population_frequency == 0.6019


def test_tp53_the_one_person_without_it(tp53: Path) -> None:
    assert not [f for f in record(tp53, "NA12044").findings if f.pos == 7579472 and f.passes]


def test_tp53_rare_variants_of_persons(tp53: Path) -> None:
    arg290 = at(record(tp53, "NA12003"), 7577069, "T")
    assert (arg290.hgvs_p, arg290.consequence) == ("p.(Arg290His)", ("missense_variant",))
    arg213 = at(record(tp53, "NA07357"), 7578210, "C")
    assert (arg213.hgvs_p, arg213.consequence) == ("p.(Arg213=)", ("synonymous_variant",))


def test_tp53_without_a_normal_nothing_is_called_somatic(tp53: Path) -> None:
    for person in ("NA12003", "NA07357", "NA12044"):
        assert passing(record(tp53, person), "somatic") == set()


def test_egfr_l861q_by_the_bam_door(real_data: Path, tmp_path: Path, snakemake: Snakemake) -> None:
    data = real_data / "egfr_l861q_hg19"
    deploy(
        tmp_path,
        fasta=plain(data / "chr7.hg19.EGFR_Npadded.fa.gz", tmp_path / "chr7.fa"),
        rows=[sample("L861Q", bam=str(data / "L861Q.bam"))],
        targets="chr7\t55259410\t55259570\tEGFR_exon21\n",
        genome="hg19",
        genes=["EGFR"],
    )
    snakemake(html_alone(tmp_path), "--profile", PROFILE)
    found = record(tmp_path)
    l861q = at(found, 55259524, "A")
    assert (l861q.ref, l861q.passes, l861q.origin) == ("T", True, "uncertain")
    assert l861q.vaf == pytest.approx(0.24, abs=0.02)
    assert 985 / 2 < (l861q.depth or 0) < 985  # fragments, of 985 reads whose mates overlap
    assert passing(found, "somatic", "uncertain", "germline") == {("chr7", 55259524, "T", "A")}
    assert not found.annotated


@pytest.mark.whole  # an index of 160 Mb
def test_egfr_l861q_as_fastq_on_grch38(
    real_data: Path, tmp_path: Path, snakemake: Snakemake
) -> None:
    genes = real_data / "cancer_genes_grch38"
    fasta = reference(genes / "cancer_genes.GRCh38.Npadded.fa.gz", "GRCh38-chr7", "chr7")
    reads = fastq_of(real_data / "egfr_l861q_hg19/L861Q.bam", tmp_path, "L861Q")
    deploy(
        tmp_path,
        fasta=fasta,
        index=fasta,
        rows=[sample("L861Q", **reads)],
        targets="chr7\t55191710\t55191880\tEGFR_exon21\n",
        annotation=genes / "cancer_genes.GRCh38.ensembl.gff3",
        hotspots="chr7\t55191830\t55191832\tEGFR\tLeu861\tPMID:29247016\n",
        genome="GRCh38",
        genes=["EGFR"],
    )
    snakemake(html_alone(tmp_path), "--profile", PROFILE)
    l861q = at(record(tmp_path), 55191831, "A")
    assert (l861q.gene, l861q.hgvs_c, l861q.hgvs_p) == ("EGFR", "c.2582T>A", "p.(Leu861Gln)")
    assert (l861q.relevance, l861q.hotspot, l861q.passes) == ("hotspot", "EGFR Leu861", True)
    assert l861q.vaf == pytest.approx(0.24, abs=0.05)


def test_hcc1395_tumour_and_normal_against_the_truth(
    real_data: Path, tmp_path: Path, snakemake: Snakemake
) -> None:
    data = real_data / "hcc1395_seqc2_wes_grch38"
    names = {"tumour": "HCC1395_T", "normal": "HCC1395BL_N"}
    rows = [
        sample(
            f"HCC1395-{role[0].upper()}",
            role,
            fastq_1=str(data / f"{name}_R1.fastq.gz"),
            fastq_2=str(data / f"{name}_R2.fastq.gz"),
        )
        for role, name in names.items()
    ]
    with pysam.FastaFile(str(data / "minigenome.GRCh38.fa")) as genome:
        lengths = dict(zip(genome.references, genome.lengths, strict=True))
    deploy(
        tmp_path,
        fasta=data / "minigenome.GRCh38.fa",
        rows=rows,
        targets="".join(f"{name}\t0\t{length}\n" for name, length in lengths.items()),
        genome="minigenome",
        filters=exome_filters(),
    )
    snakemake(html_alone(tmp_path), "--profile", PROFILE)
    with pysam.VariantFile(str(data / "truth.minigenome.vcf")) as vcf:
        truth = {(r.chrom, r.pos, str(r.ref), (r.alts or ("",))[0]): set(r.filter) for r in vcf}
    unscored = {
        (cells[2], int(cells[3]), cells[4], cells[5])
        for cells in (
            line.split("\t")
            for line in (data / "unscored_candidates.tsv").read_text().splitlines()[1:]
        )
    }
    called = passing(record(tmp_path), "somatic")
    certain = {key for key, filters in truth.items() if filters == {"PASS"}}
    assert len(certain) == 8
    assert certain <= called
    assert called - truth.keys() - unscored == set()


def test_braf_negative_amplicons(real_data: Path, tmp_path: Path, snakemake: Snakemake) -> None:
    data = real_data / "braf_amplicon_negative_hg19"
    v600 = (140453135, 140453137)
    deploy(
        tmp_path,
        fasta=plain(data / "chr7.hg19.BRAF_Npadded.fa.gz", tmp_path / "chr7.fa"),
        rows=[
            sample("PLASMA", bam=str(data / "BRAF_amplicon_Tumor.bam")),
            sample("BUFFY", "normal", bam=str(data / "BRAF_amplicon_Normal.bam")),
        ],
        targets="chr7\t140453040\t140453195\tBRAF_exon15\n",
        hotspots=f"chr7\t{v600[0]}\t{v600[1]}\tBRAF\tVal600\tPMID:29247016\n",
        genome="hg19",
        genes=["BRAF"],
        library={"kind": "amplicon", "duplicates": "keep"},
    )
    snakemake(html_alone(tmp_path), "--profile", PROFILE)
    found = record(tmp_path)
    assert not [f for f in found.findings if f.pos <= v600[1] and f.pos + len(f.ref) > v600[0]]
    assert passing(found, "somatic", "uncertain") == set()
    # the amplicon ends before the codon: no negative may be stated there
    (place,) = (place for place in found.places if place.kind == "hotspot")
    assert (place.label, place.status, place.min_depth) == ("BRAF Val600", "not_assessable", 2)
    assert found.not_found == ()
    page = (tmp_path / "results/C1/report/C1.html").read_text()
    assert "BRAF Val600</strong>: depth 2, needs 20" in page


def test_calls_of_another_by_the_vcf_door(
    tp53: Path, real_data: Path, tmp_path: Path, snakemake: Snakemake
) -> None:
    """The pair's own calls, handed over as a VCF, come out as the same findings."""
    calls = tmp_path / "calls.vcf.gz"
    source = tp53 / "results/PAIR/small_variants/PAIR.calls.vcf.gz"
    subprocess.run(["cp", str(source), str(calls)], check=True)
    data = real_data / "tp53_exome_hg19"
    deploy(
        tmp_path,
        fasta=reference(data / "ref/17.hs37.TP53_Npadded.fa.gz", "hs37-17"),
        rows=[
            sample("PAIR-t", case="C1", vcf=str(calls)),
            sample("PAIR-n", "normal", case="C1", vcf=str(calls)),
        ],
        targets=(data / "bed/TP53_exon2_11.bed").read_text(),
        annotation=data / "ref/TP53.GRCh37.ensembl.gff3",
        genome="hs37d5",
    )
    snakemake(html_alone(tmp_path), "--profile", PROFILE)
    found, before = record(tmp_path), record(tp53, "PAIR")
    told = {"population_frequency", "population_source", "known_ids", "called_by", "not_judged"}
    assert [f.model_dump(exclude=told) for f in found.findings] == [
        f.model_dump(exclude=told) for f in before.findings
    ]
    assert found.verdict == "not_assessed"
    assert found.not_found == ()
    page = (tmp_path / "results/C1/report/C1.html").read_text()
    assert "nowhere can a negative be stated" in page
    assert not (tmp_path / "results/C1/alignment").exists()
    assert json.loads((tmp_path / "results/run/manifest.json").read_text())["cases"]
