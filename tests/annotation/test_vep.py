"""What VEP says: read by its header, reported, and held against place and codons."""

import re
from collections import Counter
from pathlib import Path

import pysam
import pytest
from real_genes import DATA

from dugnad.annotation.codons import CodonChange, Edit, change_terms
from dugnad.annotation.engines import Said, Vep
from dugnad.annotation.hgvs import HgvsNames
from dugnad.annotation.places import most_specific, of_intron
from dugnad.annotation.severity import IMPACTS
from dugnad.annotation.spliced import RESIDUES, translate
from dugnad.annotation.vep import VepEntry, VepFormat, plain_protein, read_format
from dugnad.errors import UserError

FOLDER = DATA / "vcf_annotated_examples"
EXOME = "HCC1395.exome.VEP105.GRCh38.chr1-chr10.vcf.gz"
LEUKAEMIA = "scout_cancer_test.vcf.gz"
HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=1,length=9>\n{info}"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)
CSQ = '##INFO=<ID=CSQ,Number=.,Type=String,Description="VEP. Format: {columns}">\n'


def vcf(folder: Path, columns: str | None) -> Path:
    path = folder / "x.vcf"
    path.write_text(HEADER.format(info=CSQ.format(columns=columns) if columns else ""))
    return path


def test_the_header_decides_the_columns(tmp_path: Path) -> None:
    path = vcf(tmp_path, "Feature|HGVSp|Consequence|Feature_type|HGVSc")
    entries = list(
        read_format(path).parse(
            [
                "ENST0001.2|ENSP01.1:p.Arg213%3D|splice_region_variant&synonymous_variant"
                "|Transcript|ENST0001.2:c.639A>G",
                "ENSR01||regulatory_region_variant|RegulatoryFeature|",
                "ENST0002||intron_variant|Transcript",
            ]
        )
    )
    assert entries == [
        VepEntry(
            "ENST0001", ("splice_region_variant", "synonymous_variant"), "c.639A>G", "p.Arg213="
        ),
        VepEntry("ENST0002", ("intron_variant",), None, None),
    ]


@pytest.mark.parametrize("columns", [None, "Allele|Consequence|IMPACT", "Feature|Feature_type"])
def test_a_header_without_what_is_needed_is_refused(tmp_path: Path, columns: str | None) -> None:
    with pytest.raises(UserError, match="in INFO/CSQ; write it with VEP's --vcf"):
        Vep(vcf(tmp_path, columns))


def test_unknown_terms_are_a_fault() -> None:
    with pytest.raises(ValueError, match="unknown consequence 'sausage' of VEP"):
        list(VepFormat(["Consequence", "Feature_type", "Feature"]).parse(["sausage|Transcript|T"]))


@pytest.mark.parametrize(
    ("said", "terms", "p", "note"),
    [
        (Said(("missense_variant",), "p.Val600Glu"), "missense_variant", "p.(Val600Glu)", None),
        (Said(("missense_variant",)), "missense_variant", "p.(Val600Glu)", None),
        (
            Said(("stop_gained",), "p.Glu1_Glu2insTer"),
            "stop_gained",
            "p.(Glu2Ter)",
            "VEP: p.Glu1_Glu2insTer",
        ),
        (
            Said(("intron_variant",)),
            "splice_donor_variant",
            None,
            "place and codons, unlike VEP: splice_donor_variant",
        ),
        (None, "missense_variant", "p.(Val600Glu)", "VEP does not have the transcript"),
        (None, "intron_variant", None, None),
    ],
)
def test_veps_terms_are_reported_and_differences_noted(
    tmp_path: Path, said: Said | None, terms: str, p: str | None, note: str | None
) -> None:
    engine = Vep(vcf(tmp_path, "Consequence|Feature_type|Feature"))
    result = engine.settle(said, (terms,), HgvsNames("c.1A>T", p))
    assert result.terms == (said.terms if said else (terms,))
    assert result.disagreement == note


def entries(name: str) -> list[tuple[pysam.VariantRecord, VepEntry, dict[str, str]]]:
    """VEP's entries of a real file, with all their columns."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip("real data are absent: no folder shared/data beside the project")
    reader, found = read_format(path), []
    with pysam.VariantFile(str(path)) as file:
        words = file.header.info["CSQ"].description or ""
        columns = words.split("Format: ")[1].split("|")
        for record in file:
            texts = record.info["CSQ"]
            cells = [dict(zip(columns, text.split("|"), strict=False)) for text in texts]
            cells = [one for one in cells if one["Feature_type"] == "Transcript"]
            found += [(record, *pair) for pair in zip(reader.parse(texts), cells, strict=True)]
    return found


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "number"), [(EXOME, 5947), (LEUKAEMIA, 46)])
def test_real_files_are_read_whole(name: str, number: int) -> None:
    found = entries(name)
    assert len(found) == number
    for _, entry, cells in found:
        if entry.terms[0] != "feature_elongation":  # MODIFIER to VEP 95, HIGH by today's list
            assert IMPACTS[entry.terms[0]] == cells["IMPACT"]
        assert "&".join(sorted(entry.terms)) == "&".join(sorted(cells["Consequence"].split("&")))
        assert entry.transcript == cells["Feature"].split(".")[0]


@pytest.mark.real_data
def test_splice_terms_of_real_calls_follow_from_their_place() -> None:
    """By the offset in VEP's own c. names, in an intron taken to be long."""
    length, seen = 100_000, Counter[str]()
    splice = {term for term in IMPACTS if term.startswith("splice_")}
    for _, entry, _ in entries(EXOME):
        place = re.fullmatch(r"[cn]\.[-*]?\d+([+-])(\d+)[ACGT]>[ACGT]", entry.coding or "")
        if place:
            offset = int(place[2])
            first = offset - 1 if place[1] == "+" else length - offset
            terms = most_specific(of_intron(first, first + 1, length))
            assert terms & splice == set(entry.terms) & splice, entry
            seen.update(entry.terms)
    assert seen["splice_polypyrimidine_tract_variant"] > 50
    assert seen["splice_donor_5th_base_variant"] > 5


@pytest.mark.real_data
def test_coding_terms_of_real_calls_follow_from_their_codons() -> None:
    """By VEP's own column of codons: tct/tcCt, -/A, gCAGTTAGt/gt."""
    exempt = {"coding_sequence_variant", "start_lost", "incomplete_terminal_codon_variant"}
    checked, protein = 0, 0
    for _, entry, cells in entries(EXOME):
        if "/" not in cells["Codons"] or exempt & set(entry.terms):
            continue
        ref, alt = (codon.replace("-", "").upper() for codon in cells["Codons"].split("/"))
        change = CodonChange(9, ref, alt, translate(ref), translate(alt))
        found = change_terms(Edit(30, 30 + len(ref), alt), change)
        coding = {term for term in entry.terms if IMPACTS[term] != "MODIFIER"}
        coding -= {term for term in coding if term.startswith("splice_")}
        assert found == coding, entry
        checked += 1
        if entry.protein and len(ref) == len(alt) == 3 and change.before != change.after:
            before, after = RESIDUES[change.before], RESIDUES[change.after]
            number = cells["Protein_position"]
            assert plain_protein(entry.protein) in {f"p.{before}{number}{after}"}
            protein += 1
    assert checked > 800
    assert protein > 600
