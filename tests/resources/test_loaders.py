"""Readers of the other releases: the real samples, and files made in the documented form."""

import gzip
import json
import zipfile
from pathlib import Path

import pysam
import pytest
from releases import info, vcf

from dugnad.errors import UserError
from dugnad.knowledge.loaders import LOADERS, check, release_of
from dugnad.knowledge.loaders.civic_vcf import read_civic_vcf
from dugnad.knowledge.loaders.clinvar import Judgement, read_clinvar
from dugnad.knowledge.loaders.gene_lists import (
    genes_with,
    load_dosage,
    load_genes,
    load_validity,
)
from dugnad.knowledge.loaders.gnomad import read_gnomad
from dugnad.knowledge.loaders.hotspots import load_hotspots
from dugnad.knowledge.loaders.mane import load_mane
from dugnad.knowledge.loaders.oncotree import load_oncotree
from dugnad.knowledge.loaders.wholeness import check_whole

CLINVAR = [info(key) for key in ("CLNSIG", "CLNREVSTAT", "CLNDN", "CLNSIGCONF", "GENEINFO", "ONC",
                                 "ONCREVSTAT", "ONCDN", "SCI", "SCIREVSTAT", "SCIDN")]  # fmt: skip


def test_real_clinvar(real_data: Path) -> None:
    path = real_data / "knowledge/clinvar_20211025.GRCh38.50records.vcf.gz"
    found = list(read_clinvar(path, "GRCh38"))
    assert len(found) == 50
    assert release_of("clinvar", path) == "2021-10-25"
    first = found[0]
    assert (first.chrom, first.pos, first.ref, first.alt) == ("1", 925952, "G", "A")
    assert first.genes == ("SAMD11",)
    assert first.germline == Judgement("Uncertain significance", 1)
    assert sum(v.germline is not None and v.germline.stars == 0 for v in found) == 12
    assert sum(v.germline is not None and v.germline.stars == 1 for v in found) == 38
    check_whole(path)
    with pytest.raises(UserError, match="is of GRCh38, not GRCh37"):
        check("clinvar", path, "GRCh37")


def test_clinvar_of_today(tmp_path: Path) -> None:
    record = (
        "7\t140753336\t13961\tA\tT\t.\t.\tCLNSIG=Conflicting_classifications_of_pathogenicity;"
        "CLNREVSTAT=criteria_provided,_conflicting_classifications;CLNDN=not_provided|Melanoma;"
        "CLNSIGCONF=Pathogenic(2)|Uncertain_significance(1);GENEINFO=BRAF:673;"
        "ONC=Oncogenic;ONCREVSTAT=reviewed_by_expert_panel;ONCDN=Neoplasm;"
        "SCI=Tier_I_-_Strong;SCIREVSTAT=no_such_status;SCIDN=Melanoma"
    )
    path = vcf(tmp_path / "clinvar.vcf", [record], ["##fileDate=2026-11-02", *CLINVAR])
    (found,) = read_clinvar(path, "GRCh38")
    assert found.germline is not None
    assert found.germline.stars == 1
    assert found.germline.conditions == ("Melanoma",)
    assert found.germline.conflict == "Pathogenic(2)|Uncertain significance(1)"
    assert found.oncogenicity == Judgement("Oncogenic", 3, ("Neoplasm",))
    assert found.somatic_impact == Judgement("Tier I - Strong", None, ("Melanoma",))
    assert release_of("clinvar", path) == "2026-11-02"


def test_real_gnomad(real_data: Path) -> None:
    path = real_data / "knowledge/gnomad.exomes.r2.1.1.GRCh38.slice.vcf.gz"
    found = list(read_gnomad(path, "GRCh38"))
    first, second = found[:2]
    assert (first.chrom, first.pos, first.ids) == ("chr21", 34792474, ("rs750495319",))
    assert first.frequency == pytest.approx(4.99291e-06)
    assert (second.maximum, second.group, second.count) == (pytest.approx(1.05593e-04), "nfe", 12)
    assert second.alleles == 251270
    assert second.filters == ()
    assert all(one.faf95 is not None for one in found)
    assert release_of("gnomad", path) == "2.1.1"
    with pytest.raises(UserError, match="is of GRCh38, not GRCh37"):
        list(read_gnomad(path, "GRCh37"))


@pytest.mark.parametrize(
    "keys",
    [
        ("AF", "AF_grpmax", "grpmax", "fafmax_faf95_max"),
        ("AF_joint", "AF_grpmax_joint", "grpmax_joint", "fafmax_faf95_max_joint"),
    ],
)
def test_gnomad_4_with_several_alleles(tmp_path: Path, keys: tuple[str, ...]) -> None:
    header = [info(key, "A", "String" if key.startswith("grp") else "Float") for key in keys]
    values = ("0.1,0.2", "0.3,0.4", "afr,.", "0.05,.")
    text = ";".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
    path = vcf(tmp_path / "g.vcf", [f"chr7\t10\trs1\tA\tC,T\t.\tAC0\t{text}"], header)
    one, two = read_gnomad(path, "GRCh38")
    assert (one.alt, one.frequency, one.maximum, one.group, one.faf95) == (
        "C",
        0.1,
        0.3,
        "afr",
        0.05,
    )
    assert (two.alt, two.frequency, two.maximum, two.group, two.faf95) == (
        "T",
        0.2,
        0.4,
        None,
        None,
    )
    assert one.filters == ("AC0",)


def test_other_files_are_refused(tmp_path: Path) -> None:
    plain = vcf(tmp_path / "x.vcf", [])
    for loader in ("clinvar", "gnomad", "civic_vcf"):
        with pytest.raises(UserError, match="INFO key"):
            check(loader, plain, "GRCh38")
    text = tmp_path / "text.vcf"
    text.write_text("chr1\t1\n")
    for loader in ("clinvar", "gnomad", "dbsnp", "cosmic", "annotation"):
        with pytest.raises(UserError, match=r"is not (a VCF|GFF3)"):
            check(loader, text, "GRCh38")
    headless = tmp_path / "headless.vcf"
    headless.write_text("##fileformat=VCFv4.2\n")
    with pytest.raises(UserError, match="no line #CHROM"):
        check("dbsnp", headless, "GRCh38")
    broken = vcf(tmp_path / "broken.vcf", ["7\tten\t.\tA\tC"], CLINVAR)
    with pytest.raises(UserError, match="is not a record of a VCF"):
        list(read_clinvar(broken, "GRCh38"))


@pytest.mark.parametrize(
    ("header", "contig"),
    [
        ((), "chr7,length=159138663"),
        (("##reference=file:///ref/hg19.fa",), "7"),
        (("##reference=GRCh37",), "7"),
        (("##reference=GRCh37.p13",), "NC_000007.13"),
        (("##assembly=b37",), "7"),
    ],
)
def test_vcf_of_another_genome(tmp_path: Path, header: tuple[str, ...], contig: str) -> None:
    path = vcf(tmp_path / "x.vcf", [], header, contig)
    with pytest.raises(UserError, match="is of GRCh37, not GRCh38"):
        check("dbsnp", path, "GRCh38")
    check("dbsnp", path, "GRCh37")


def test_known_names(tmp_path: Path) -> None:
    path = vcf(tmp_path / "d.vcf", [], ["##dbSNP_BUILD_ID=157", "##reference=GRCh38.p14"])
    check("dbsnp", path, "GRCh38")
    assert release_of("dbsnp", path) == "b157"
    path = vcf(tmp_path / "c.vcf", [], ["##source=COSMICv103"])
    assert release_of("cosmic", path) == "v103"


@pytest.mark.parametrize(
    "line",
    ["#!genome-build GRCh37.p13", "##sequence-region 7 1 159138663",
     "##description: evidence-based annotation of the human genome (GRCh37), version 19"],
)  # fmt: skip
def test_annotation_of_another_genome(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.gff3"
    path.write_text(f"##gff-version 3\n{line}\n1\tx\tgene\t1\t2\t.\t+\t.\tID=g\n")
    check("annotation", path, "GRCh37")
    with pytest.raises(UserError, match="is of GRCh37, not GRCh38"):
        check("annotation", path, "GRCh38")


def test_release_of_annotation(tmp_path: Path) -> None:
    path = tmp_path / "gencode.gff3"
    text = "evidence-based annotation of the human genome (GRCh38), version 49 (Ensembl 115)"
    path.write_text(f"##gff-version 3\n##description: {text}\n")
    assert release_of("annotation", path) == "49"
    path = tmp_path / "Homo_sapiens.GRCh38.115.gff3"
    path.write_text("##gff-version 3\n")
    assert release_of("annotation", path) == "115"


def test_bgzf_without_its_end(tmp_path: Path) -> None:
    plain = vcf(tmp_path / "x.vcf", [f"7\t{pos}\t.\tA\tC\t.\t.\t." for pos in range(1, 9999)])
    packed = tmp_path / "x.vcf.gz"
    pysam.tabix_compress(str(plain), str(packed))
    check_whole(packed)
    body = packed.read_bytes()
    packed.write_bytes(body[:-28])
    with pytest.raises(UserError, match="the block that ends BGZF lacks"):
        check_whole(packed)
    packed.write_bytes(gzip.compress(b"<!DOCTYPE html><html></html>"))
    with pytest.raises(UserError, match="is a web page"):
        check_whole(packed)
    packed.write_bytes(gzip.compress(plain.read_bytes())[:-20])
    with pytest.raises(UserError, match="is cut off or damaged"):
        check_whole(packed)


def test_real_civic_like_vcf_is_not_civic(real_data: Path) -> None:
    with pytest.raises(UserError, match="declares no INFO key CSQ"):
        check("civic_vcf", real_data / "knowledge/DoCM.GRCh38.vcf.gz", "GRCh38")


def test_civic_vcf(tmp_path: Path) -> None:
    names = ["Allele", "SYMBOL", "CIViC Variant Name", "CIViC Molecular Profile Name",
             "CIViC Entity Type", "CIViC Entity ID", "CIViC Entity Variant Origin",
             "CIViC Entity Status", "CIViC Entity Significance", "CIViC Entity Direction",
             "CIViC Entity Disease", "CIViC Entity Therapies", "CIViC Evidence Level",
             "CIViC Assertion AMP Category"]  # fmt: skip
    header = [info("CSQ", text=f"Consequence annotations from CIViC. Format: {'|'.join(names)}")]
    entries = [
        "T|BRAF|V600E|BRAF V600E|evidence|1409|SOMATIC|accepted|SENSITIVITYRESPONSE|SUPPORTS|"
        "Skin Melanoma|Dabrafenib&Trametinib|A|",
        "T|BRAF|V600E|BRAF V600E|evidence|2|SOMATIC|submitted|RESISTANCE|SUPPORTS|X||C|",
        "T|BRAF|V600E|BRAF V600E|assertion|7|RARE_GERMLINE|accepted|POSITIVE|SUPPORTS|"
        "Cancer%2C any|||Tier I - Level A",
    ]
    record = f"7\t140453136\t12\tA\tT\t.\t.\tGN=BRAF;CSQ={','.join(entries)}"
    path = vcf(tmp_path / "c.vcf", [record], ["##reference=GRCh37", *header], "7")
    one, two = read_civic_vcf(path, "GRCh37")
    assert (one.gene, one.id, one.level, one.therapies) == (
        "BRAF",
        "1409",
        "A",
        ("Dabrafenib", "Trametinib"),
    )
    assert (two.kind, two.origin, two.disease, two.level) == (
        "assertion",
        "rare germline",
        "Cancer, any",
        "Tier I - Level A",
    )
    with pytest.raises(UserError, match="is of GRCh37, not GRCh38"):
        check("civic_vcf", path, "GRCh38")
    short = vcf(tmp_path / "s.vcf", ["7\t1\t.\tA\tT\t.\t.\tCSQ=T|BRAF"], header)
    with pytest.raises(UserError, match="CSQ has 2 fields"):
        list(read_civic_vcf(short, "GRCh38"))
    other = vcf(tmp_path / "o.vcf", [], [info("CSQ", text="Format: Allele|SYMBOL")])
    with pytest.raises(UserError, match="is it CIViC's VCF"):
        check("civic_vcf", other, "GRCh38")


HOTSPOTS = """Hugo_Symbol,Amino_Acid_Position,Mutation_Count,Reference_Amino_Acid,Variant_Amino_Acid
BRAF,600,897,V:897,E:833
BRAF,600,897,V:897,K:23
MET,X1010,26,X:26,sp:26
PTEN,130,168,R:168,*:38
"""
INDELS = """Hugo_Symbol,Amino_Acid_Position,Mutation_Count,Reference_Amino_Acid,Variant_Amino_Acid
EGFR,745-759,200,,E746_A750del:150
EGFR,745-759,200,,L747_P753delinsS:50
EGFR,762-774,20,,D770_N771insG:20
KIT,550-580,9,,W557_K558del:5
KIT,550-580,9,,Y578dup:4
BRCA1,1461,4,,p.K1461del:4
"""


def sheet(path: Path, text: str) -> Path:
    path.write_text(text.replace(",", "\t"))
    return path


def test_hotspots(tmp_path: Path) -> None:
    residues = sheet(tmp_path / "SNV-hotspots.tsv", HOTSPOTS)
    indels = sheet(tmp_path / "INDEL-hotspots.tsv", INDELS)
    found = load_hotspots(residues, indels)
    (braf,) = found.residues["BRAF"]
    assert (braf.codon, braf.reference, braf.samples) == (600, "V", 897)
    assert braf.changes == {"E": 833, "K": 23}
    assert braf.source == ("PMID:29247016",)
    assert found.residues["PTEN"][0].changes == {"*": 38}
    (met,) = found.residues["MET"]
    assert (met.codon, met.reference, met.changes) == (1010, "X", {"splice": 26})
    assert [(row.first, row.last, row.samples) for row in found.indels["EGFR"]] == [
        (745, 759, 200),
        (762, 774, 20),
    ]
    names = [(change.short, count) for change, count in found.indels["EGFR"][0].changes]
    assert names == [("E746_A750del", 150), ("L747_P753delinsS", 50)]
    assert (found.indels["BRCA1"][0].first, found.indels["BRCA1"][0].last) == (1461, 1461)
    check("hotspots", residues, "none")
    (tmp_path / "x.tsv").write_text("a\tb\n")
    with pytest.raises(UserError, match="has not the columns Hugo_Symbol"):
        check("hotspots", tmp_path / "x.tsv", "none")
    odd = sheet(tmp_path / "odd.tsv", HOTSPOTS.replace("600", "Jan-05"))
    with pytest.raises(UserError, match=r"odd.tsv:2: 'Jan-05' is not a residue"):
        load_hotspots(odd)
    bad = sheet(tmp_path / "bad.tsv", HOTSPOTS.replace("E:833", "E"))
    with pytest.raises(UserError, match=r"bad.tsv:2: 'E' is not a change and its count"):
        load_hotspots(bad)


def workbook(path: Path, sheets: dict[str, str]) -> Path:
    """An Excel workbook with inline text cells (ECMA-376)."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    def related(links: list[tuple[str, str]]) -> str:
        inner = "".join(
            f'<Relationship Id="rId{n}" Type="{office}/{what}" Target="{target}"/>'
            for n, (what, target) in enumerate(links, start=1)
        )
        return f'<Relationships xmlns="{package}/relationships">{inner}</Relationships>'

    parts = {"/xl/workbook.xml": f"{kind}.sheet.main+xml"}
    parts |= {
        f"/xl/worksheets/sheet{n + 1}.xml": f"{kind}.worksheet+xml" for n in range(len(sheets))
    }
    types = "".join(f'<Override PartName="{p}" ContentType="{t}"/>' for p, t in parts.items())
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    links = [("worksheet", f"worksheets/sheet{n + 1}.xml") for n in range(len(sheets))]
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>',
        "_rels/.rels": related([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": related(links),
    }
    for number, text in enumerate(sheets.values(), start=1):
        rows = "".join(
            f'<row r="{y}">'
            + "".join(
                f'<c r="{chr(65 + x)}{y}" t="inlineStr"><is><t>{cell}</t></is></c>'
                for x, cell in enumerate(line.split(","))
            )
            + "</row>"
            for y, line in enumerate(text.splitlines(), start=1)
        )
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w") as book:
        for name, text in files.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


def test_hotspots_as_a_workbook(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    sheets = {"SNV-hotspots": HOTSPOTS, "INDEL-hotspots": INDELS, "notes": "a,b"}
    path = workbook(tmp_path / "hotspots_v2.xlsx", sheets)
    check("hotspots", path, "none")
    assert release_of("hotspots", path) == "v2"
    texts = (sheet(tmp_path / "a.tsv", HOTSPOTS), sheet(tmp_path / "b.tsv", INDELS))
    assert load_hotspots(path) == load_hotspots(*texts)
    with pytest.raises(UserError, match="has no sheet"):
        load_hotspots(workbook(tmp_path / "other.xlsx", {"x": "a,b"}))


def test_page_named_as_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "hotspots_v2.xls"
    path.write_text("not found")
    with pytest.raises(UserError, match="is not an Excel workbook"):
        check("hotspots", path, "none")


def test_real_oncotree(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "knowledge/oncotree_2025_10_03.json"
    check("oncotree", path, "none")
    assert load_oncotree(path).resolve("LUAD") == "LUAD"
    other = tmp_path / "x.json"
    other.write_text(json.dumps({"message": "not found"}))
    with pytest.raises(UserError):
        check("oncotree", other, "none")


MANE = """#NCBI_GeneID\tEnsembl_Gene\tHGNC_ID\tsymbol\tname\tRefSeq_nuc\tRefSeq_prot\tEnsembl_nuc\t\
Ensembl_prot\tMANE_status\tGRCh38_chr\tchr_start\tchr_end\tchr_strand
GeneID:1\tENSG01.1\tHGNC:1\tAAA\ta gene\tNM_000001.2\tNP_1.1\tENST00000000001.3\tENSP1.1\t\
MANE Select\tNC_000001.11\t1\t9\t+
GeneID:1\tENSG01.1\tHGNC:1\tAAA\ta gene\tNM_000002.2\tNP_2.1\tENST00000000002.3\tENSP2.1\t\
MANE Plus Clinical\tNC_000001.11\t1\t9\t+
"""


def test_mane(tmp_path: Path) -> None:
    path = tmp_path / "MANE.GRCh38.v1.5.summary.txt.gz"
    path.write_bytes(gzip.compress(MANE.encode()))
    check("mane", path, "GRCh38")
    found = load_mane(path)
    assert found.release == "1.5"
    assert found.select["AAA"].ensembl == "ENST00000000001.3"
    assert found.select["AAA"].refseq == "NM_000001.2"
    assert [one.ensembl for one in found.plus_clinical["AAA"]] == ["ENST00000000002.3"]
    with pytest.raises(UserError, match="MANE is of GRCh38"):
        check("mane", path, "GRCh37")
    twice = MANE.replace("MANE Plus Clinical", "MANE Select")
    path.write_bytes(gzip.compress(twice.encode()))
    with pytest.raises(UserError, match="two MANE Select"):
        load_mane(path)
    path.write_bytes(gzip.compress(MANE.replace("MANE Plus Clinical", "New").encode()))
    with pytest.raises(UserError, match=r":3: MANE_status is 'New'"):
        load_mane(path)


RULE = '"++++","++++"\n'
VALIDITY = (
    '"CLINGEN GENE DISEASE VALIDITY CURATIONS","",""\n"FILE CREATED: 2026-11-02",""\n'
    + RULE
    + '"GENE SYMBOL","GENE ID (HGNC)","DISEASE LABEL","DISEASE ID (MONDO)","MOI","SOP",'
    '"CLASSIFICATION","ONLINE REPORT","CLASSIFICATION DATE","GCEP"\n'
    + '"+++","+++","+++","+++","+++","+++","+++","+++","+++","+++"\n'
    + '"BRCA1","HGNC:1100","breast cancer, familial","MONDO:1","AD","SOP1","Definitive","x",'
    '"2020","g"\n'
    + '"AAA","HGNC:2","a disease","MONDO:2","AR","SOP1","Limited","x","2020","g"\n'
    + '"AAA","HGNC:2","another","MONDO:3","AR","SOP1","Refuted","x","2020","g"\n'
)
DOSAGE = (
    '"CLINGEN DOSAGE SENSITIVITY CURATIONS"\n"FILE CREATED: 2026-11-02"\n'
    + RULE
    + '"GENE SYMBOL","HGNC ID","HAPLOINSUFFICIENCY","TRIPLOSENSITIVITY","ONLINE REPORT","DATE"\n'
    + '"+++","+++","+++","+++","+++","+++"\n'
    + '"PTCH1","HGNC:9585","Sufficient Evidence for Haploinsufficiency",'
    '"No Evidence for Triplosensitivity","x","2020"\n'
    + '"AAA","HGNC:1","Gene Associated with Autosomal Recessive Phenotype","","x","2020"\n'
)


def test_clingen(tmp_path: Path) -> None:
    path = tmp_path / "clingen-gene-validity.csv"
    path.write_text(VALIDITY)
    check("clingen", path, "none")
    found = load_validity(path)
    assert [row.gene for row in found] == ["BRCA1", "AAA", "AAA"]
    assert found[0].disease == "breast cancer, familial"
    assert genes_with(found) == {"BRCA1"}
    assert genes_with(found, "Limited") == {"BRCA1", "AAA"}
    assert release_of("clingen", path) == "2026-11-02"
    path.write_text(VALIDITY.replace("Limited", "Perhaps"))
    with pytest.raises(UserError, match=r"CLASSIFICATION is not known \(got 'Perhaps'\)"):
        load_validity(path)
    dosage = tmp_path / "clingen-dosage.csv"
    dosage.write_text(DOSAGE)
    check("clingen", dosage, "none")
    assert [row.haploinsufficient for row in load_dosage(dosage)] == [True, False]
    dosage.write_text(VALIDITY)
    with pytest.raises(UserError, match="has not the columns"):
        check("clingen", dosage, "none")


def test_gene_list(tmp_path: Path) -> None:
    path = tmp_path / "genes.tsv"
    path.write_text("# ours\nGene\tnote\nTP53\tx\nBRCA1\nTP53\n")
    assert load_genes(path) == ("TP53", "BRCA1")
    path.write_text("TP53\n<html>\nB R\n")
    with pytest.raises(UserError) as caught:
        load_genes(path)
    assert len(caught.value.problems) == 2
    path.write_text("\n")
    with pytest.raises(UserError, match="has no genes"):
        load_genes(path)


def test_every_loader_checks_and_tells_its_release(tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    path.write_text("nothing\n")
    for loader in set(LOADERS) - {"none"}:
        with pytest.raises(UserError):
            check(loader, path, "GRCh38")
    check("none", path, "GRCh38")
    assert release_of("none", path) is None
