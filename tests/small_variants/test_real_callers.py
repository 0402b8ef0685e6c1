"""VCF that callers made of real reads, through the readers of ours."""

import subprocess
from pathlib import Path

import pytest

from dugnad.alleles import trim
from dugnad.interpretation.versions import of_calls
from dugnad.small_variants.candidates import gather
from dugnad.vcf import Support, read_calls


@pytest.mark.real_data
def test_real_mutect2(tmp_path: Path, real_data: Path) -> None:
    folder = real_data / "hcc1143_wgs_grch38_chr11"
    raw = folder / "peer.mutect2.unfiltered.vcf.gz"
    fasta = folder / "chr11.GRCh38.530001-537000_Npadded_truncated.fa.gz"
    path = tmp_path / "norm.bcf"
    norm = ["bcftools", "norm", "--fasta-ref", fasta, "--multiallelics", "-any"]
    subprocess.run([*norm, "--output-type", "b", "--output", path, raw], check=True)
    found = gather([("mutect2", path)])
    assert [(c.chrom, c.change) for c in found] == [("chr11", trim(531138, "C", "G"))]
    assert found[0].caller_filters == set()
    tumour = "519b8381-95d5-4fce-a90c-7576cce2110c"
    (call,) = read_calls(path, tumour, "fea77382-407c-4634-9389-981d075f55b0")
    assert call.tumour == Support(67, 11, 11 / 67)
    assert call.normal == Support(81, 5, 5 / 81)
    assert of_calls([path])["Mutect2"] == "4.1.3.0"


@pytest.mark.real_data
def test_real_filtered_mutect2_beside_varscan_and_strelka(real_data: Path) -> None:
    name = "HCC1395.exome.VEP105.GRCh38.chr1-chr10.vcf.gz"
    path = real_data / "vcf_annotated_examples" / name
    calls = list(read_calls(path, "HCC1395_TUMOR_DNA", "HCC1395_NORMAL_DNA"))
    assert len(calls) == 740
    by_place = {(call.chrom, call.pos): call for call in calls}
    clonal = by_place["chr1", 1212740]
    assert (clonal.tumour, clonal.normal) == (Support(24, 24, 1.0), Support(21, 0, 0.0))
    assert clonal.filters == ()
    # of VarScan, without Mutect2's fields
    varscan = by_place["chr1", 451649]
    assert varscan.tumour == Support(741, 90, 90 / 741)
    assert varscan.filters == ("MAPQ0", "SOMATIC_LLR")
    assert varscan.quality.damage_orientation is None
    found = gather([("peer", path)])
    assert sum(not candidate.caller_filters for candidate in found) == 646


@pytest.mark.real_data
def test_real_depth_and_variant_depth(real_data: Path) -> None:
    path = real_data / "vcf_annotated_examples/scout_cancer_test.vcf.gz"
    calls = {(c.chrom, c.pos): c for c in read_calls(path, "999-99", None)}
    assert len(calls) == 10
    # VD as it was counted, not as rounded from AF 0.29
    assert calls["5", 170837543].tumour == Support(4046, 1209, 1209 / 4046)
    assert calls["17", 7577559].tumour == Support(3137, 174, 174 / 3137)
    assert calls["X", 48649529].filters == ("clustered_events", "homologous_mapping_event")


@pytest.mark.real_data
def test_real_strelka_tells_depth_and_no_reads(tmp_path: Path, real_data: Path) -> None:
    raw = real_data / "strelka_na12891_na12892/expected.somatic.indels.vcf.gz"
    path = tmp_path / "plain.vcf"  # the file is compressed by gzip, which pysam does not read
    subprocess.run(["bcftools", "view", "--output", path, raw], check=True)
    call = next(iter(read_calls(path, "TUMOR", "NORMAL")))
    assert call.tumour == Support(20, None, None)
