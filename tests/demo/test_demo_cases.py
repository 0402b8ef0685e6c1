"""Recipes of cases, what is refused in them, and the libraries that they become."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError
from toy_cells import SUBCLONE, toy_case

from dugnad.demo import case as case_module
from dugnad.demo.assemble import choose, load_cases
from dugnad.demo.case import Setting, make_case, prepare, sheet_rows
from dugnad.demo.case_recipe import (
    CaseRecipe,
    Clone,
    CohortRecipe,
    CopyNumber,
    Planted,
    SampleRecipe,
    Signature,
    Verdict,
)
from dugnad.demo.cells import Person, mean_copies
from dugnad.demo.library import DnaLibrary, RnaLibrary
from dugnad.demo.make_demo import RESOURCES
from dugnad.demo.patients import World, patient
from dugnad.demo.recipe import load
from dugnad.errors import UserError

Libraries = dict[str, DnaLibrary | RnaLibrary]
VARIANT = {"gene": "KRAS", "change": "c.34G>T", "why": "test", "origin": "somatic"}
TUMOUR = {"id": "T1-T", "role": "tumour", "depth": 100}
RNA = {"id": "T1-R", "role": "tumour", "analyte": "rna", "pairs": 100}
CHILD = {"name": "C", "fraction": 0.9, "parent": "A"}
CASE = toy_case().model_dump()
LOST = {"region": "chr1", "copies": (1, 0), "clone": "Z", "call": "loss", "why": "test"}
FOREIGN = {"sample": "other", "check": "sex", "verdict": "fail", "why": "test"}


@pytest.mark.parametrize(
    ("model", "data", "problem"),
    [
        (Planted, VARIANT, "a somatic variant lies on one haplotype: give 'haplotype'"),
        (Planted, VARIANT | {"origin": "germline", "clone": "A"}, "germline variant has neither"),
        (Planted, VARIANT | {"origin": "germline", "copies": 1}, "germline variant has neither"),
        (Planted, VARIANT | {"haplotype": 1, "tier": "I"}, "a tier names its source: give both"),
        (Planted, VARIANT | {"haplotype": 1, "tier_source": "PMID:1234"}, "a tier names its"),
        (Planted, VARIANT | {"haplotype": 3}, "Input should be 1 or 2"),
        (CopyNumber, LOST | {"region": "chr1:5"}, "String should match pattern"),
        (CopyNumber, LOST | {"copies": (61, 1)}, "less than or equal to 60"),
        (SampleRecipe, TUMOUR | {"depth": None}, "DNA has 'depth', and RNA has not"),
        (SampleRecipe, RNA | {"depth": 5}, "DNA has 'depth', and RNA has not"),
        (SampleRecipe, RNA | {"pairs": None}, "RNA has 'pairs', and DNA has not"),
        (SampleRecipe, TUMOUR | {"pairs": 5}, "RNA has 'pairs', and DNA has not"),
        (SampleRecipe, TUMOUR | {"tumour_cells": 0.1}, "'tumour_cells' is of a normal; a tumour"),
        (SampleRecipe, TUMOUR | {"family": 0.5}, "greater than or equal to 1"),
        (Clone, CHILD | {"random": {"snps": 3}}, "Extra inputs are not permitted"),
        (Signature, {"source": "PMID:1234", "patterns": {"N[A>C]N": 1}}, r"is not like T\[C>T\]N"),
        (Signature, {"source": "PMID:1234", "patterns": {"N[C>T]N": 0}}, "greater than 0"),
        (CaseRecipe, CASE | {"clones": []}, "at least 1 item"),
        (CaseRecipe, CASE | {"clones": [{"name": "A", "fraction": 0.9}]}, "founder, with fraction"),
        (CaseRecipe, CASE | {"clones": [CHILD | {"fraction": 1}]}, "and no parent"),
        (CaseRecipe, CASE | {"clones": [SUBCLONE[0], CHILD | {"name": "A"}]}, "two clones of one"),
        (CaseRecipe, CASE | {"clones": [SUBCLONE[0], CHILD | {"parent": None}]}, "C: its parent"),
        (CaseRecipe, CASE | {"clones": [SUBCLONE[0], CHILD | {"parent": "C"}]}, "C: its parent"),
        (CaseRecipe, CASE | {"clones": [*SUBCLONE, CHILD]}, "clone A: its children have more"),
        (CaseRecipe, CASE | {"copy_numbers": [LOST]}, "unknown clone Z"),
        (CaseRecipe, CASE | {"variants": [VARIANT | {"clone": "Y", "haplotype": 1}]}, "clone Y"),
        (CaseRecipe, CASE | {"verdicts": [FOREIGN]}, "a verdict names a sample that the case"),
        (CaseRecipe, CASE | {"samples": [TUMOUR, TUMOUR]}, "two samples of one role and analyte"),
        (CaseRecipe, CASE | {"samples": [RNA]}, "has no sample of the tumour's DNA"),
        (CaseRecipe, CASE | {"purity": 1.1}, "less than or equal to 1"),
        (CaseRecipe, CASE | {"colour": "red"}, "Extra inputs are not permitted"),
        (Verdict, FOREIGN | {"verdict": "pass"}, "'warn' or 'fail'"),
    ],
)  # fmt: skip
def test_wrong_recipes_are_refused(model: type[BaseModel], data: Any, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        model.model_validate(data)


def test_clones_may_share_all_of_their_parent() -> None:
    """0.1 and 0.2 make 0.3, although not to the last bit."""
    halves = [{"name": n, "fraction": f, "parent": "B"} for n, f in (("C", 0.1), ("D", 0.2))]
    clones = [SUBCLONE[0], SUBCLONE[1] | {"fraction": 0.3}, *halves]
    assert toy_case(clones=clones).founder == "A"


def test_a_case_is_in_the_file_of_its_name(resources: Path) -> None:
    path = resources / "cases" / "IPX0013.yaml"
    path.rename(path.with_stem("IPX0099"))
    with pytest.raises(UserError, match=r"IPX0099\.yaml: id: is IPX0013; a case's file has its"):
        load_cases(resources / "cases")


def test_choice_of_cases(cases: dict[str, CaseRecipe]) -> None:
    cohort = load(RESOURCES / "cohort.yaml", CohortRecipe)
    measured = load_cases(RESOURCES / "accuracy")
    everything = [*cases.values(), *measured]

    def chosen(text: str) -> list[str]:
        return [case.id for case in choose(everything, cohort, text)]

    assert chosen("standard") == list(cohort.standard) == ["IPX0001", "IPX0003"]
    assert chosen("full") == list(cases)
    assert chosen("IPX0004,IPX0002,IPX0004") == ["IPX0004", "IPX0002"]
    assert chosen("accuracy") == list(cohort.accuracy) == [case.id for case in measured]
    assert chosen("normals") == []
    assert chosen("normals,IPX0102,standard") == ["IPX0102", "IPX0001", "IPX0003"]
    with pytest.raises(UserError) as caught:
        chosen("IPX0001,IPX0099,nix")
    assert caught.value.problems == [
        "--cases: no case IPX0099, nix; there are standard, full, accuracy, normals, or names of "
        + ", ".join(case.id for case in everything)
    ]


FUSION = {"genes": ["EML4", "ALK"], "introns": [13, 19], "haplotype": 1, "expression": 1, "why": ""}
MET = {"gene": "MET", "exon": 14, "caused_by": "c.3028+1G>T", "fraction": 0.9, "why": "test"}
PLANTED = {"gene": "MET", "change": "c.3028+1G>T", "protein": "p.?", "haplotype": 1, "why": "test",
           "origin": "somatic"}  # fmt: skip
CROWD = [
    {"gene": "KRAS", "change": change, "protein": f"p.({name})", "origin": "germline", "why": "t"}
    for change, name in (("c.34G>T", "Gly12Cys"), ("c.38G>A", "Gly13Asp"))
]


def test_planted_variants_are_as_the_recipe_says(world: World) -> None:
    """On some copies of a haplotype of a clone, or of the founder."""
    planted = [
        PLANTED | {"copies": 3, "clone": "B", "haplotype": 2},
        CROWD[0] | {"haplotype": 2},
        CROWD[1] | {"origin": "somatic", "haplotype": 1, "gene": "KRAS"},
    ]
    for chosen in (planted[:2], planted[::2]):
        person = patient(world, toy_case(clones=SUBCLONE, variants=chosen))
        found = {v.hgvs_c: v for v in (*person.germline, *person.somatic) if v.planted}
        assert set(found) == {item["change"] for item in chosen}
        for item in chosen:
            made = found[item["change"]]
            clone = item.get("clone", "A") if item["origin"] == "somatic" else None
            assert (made.copies, made.clone) == (item.get("copies"), clone)
            assert (made.haplotype, made.origin) == (item["haplotype"], item["origin"])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"variants": CROWD}, "T1: KRAS c.34G>T is less than 30 bases from another variant"),
        ({"skipping": [MET]}, r"T1: MET c.3028\+1G>T is not planted"),
        ({"skipping": [MET | {"exon": 1}], "variants": [PLANTED]}, "T1: MET has no inner exon 1"),
        ({"fusions": [FUSION | {"genes": ["EML4", "TP53"]}]}, "EML4::TP53 cannot come by an inver"),
        ({"fusions": [FUSION | {"genes": ["ALK", "DNMT3A"]}]}, "ALK::DNMT3A cannot come by"),
        ({"fusions": [FUSION | {"genes": ["EML4", "ROS7"]}]}, "no gene 'ROS7'"),
        ({"fusions": [FUSION | {"introns": [13, 99]}]}, "ALK has no intron 99"),
        ({"background": {"signature": "moonlight"}}, "T1: no signature 'moonlight'"),
    ],
)
def test_cases_that_contradict_the_genome(world: World, changes: Any, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        patient(world, toy_case(**changes))


def test_probes_of_unknown_targets_cannot_fail(
    setting: Setting, tmp_path: Path, cases: dict[str, CaseRecipe]
) -> None:
    data = cases["IPX0004"].model_dump(mode="json")
    data["samples"][0]["dropouts"] = ["NRAS_exon3", "NRAS_exon33"]
    with pytest.raises(UserError, match="IPX0004: no target NRAS_exon33 to drop"):
        make_case(tmp_path, setting, CaseRecipe.model_validate(data), print)


def test_families_are_of_libraries_with_umis(
    setting: Setting,
    tmp_path: Path,
    cases: dict[str, CaseRecipe],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[DnaLibrary] = []
    monkeypatch.setattr(case_module, "sequence_dna", lambda item, _: made.append(item) or 1)
    data = cases["IPX0007"].model_dump(mode="json")
    data["samples"][0]["family"] = 4
    (tmp_path / "truth").mkdir()
    make_case(tmp_path, setting, CaseRecipe.model_validate(data), print)
    assert [item.umi.family for item in made if item.umi] == [4, 2]
    data = cases["IPX0013"].model_dump(mode="json")
    data["samples"][0]["family"] = 3
    with pytest.raises(UserError, match="IPX0013-D01-P01-A15: 'family' asks for a panel with UMI"):
        make_case(tmp_path, setting, CaseRecipe.model_validate(data), print)


def test_libraries_are_as_the_samples_are(libraries: Libraries) -> None:
    def dna(name: str) -> DnaLibrary:
        found = libraries[name]
        assert isinstance(found, DnaLibrary)
        return found

    plain, fixed = dna("IPX0001-D01-P01-A15"), dna("IPX0003-D01-P01-A09")
    assert (plain.depth, plain.lanes, plain.umi) == (4.0, 2, None)
    assert (plain.damage.deamination, plain.damage.oxidation) == (0.0, 0.0001)
    assert fixed.damage.deamination > 0 and fixed.fragment.mean < plain.fragment.mean
    assert fixed.duplicates > plain.duplicates
    assert {name for name in libraries if getattr(libraries[name], "umi", None)} == {
        "IPX0007-D01-P01-A06", "IPX0007-D01-N01-B06",
    }  # fmt: skip
    labels = {region.label for region in dna("IPX0004-D01-N01-B24").captured}
    assert labels - {r.label for r in dna("IPX0004-D01-M01-F24").captured} == {"NRAS_exon3"}
    assert len({library.seed for library in libraries.values()}) == len(libraries)
    assert (
        len({library.genome_seed for library in libraries.values() if hasattr(library, "umi")}) == 1
    )
    rna, poor = libraries["IPX0001-R03-P01-A15"], libraries["IPX0015-R03-P01-A15"]
    assert isinstance(rna, RnaLibrary) and isinstance(poor, RnaLibrary)
    assert (rna.pairs, rna.degraded, poor.pairs, poor.degraded) == (600, False, 300, True)
    assert poor.fragment.mean < rna.fragment.mean
    assert len(dna("IPX0001-D01-P01-A15").stutter) == 40


def test_normals_are_women_and_men_with_genotypes_of_their_own(libraries: Libraries) -> None:
    seen = set()
    for number in range(20):
        library = libraries[f"IPX09{number + 1:02d}-D01-N01-B00"]
        held = {c.contig for part in library.molecules for c in part.copies}
        assert ("chrY" in held) == (number % 2 == 1)
        assert {part.weight for part in library.molecules} == {1.0}
        seen.add(frozenset(a for part in library.molecules for a in part.alleles))
    assert len(seen) == 20


def test_artefacts_are_in_tumours_where_there_is_dna(
    setting: Setting, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    recurrent, numbers = set(setting.recurrent), {}
    for name, case in cases.items():
        for sample in case.samples:
            made = prepare(setting, case, sample, patients[name])
            own = [item for item in made.artefacts if item not in recurrent]
            assert len(own) == (40 if sample.preservation == "ffpe" else 0)
            if sample.role == "normal" or sample.analyte == "rna":
                assert not made.artefacts
            else:
                numbers[name] = len(made.artefacts) - len(own)
            for item in made.artefacts:
                assert mean_copies(made.cells, item.contig, item.position) > 0, item
    assert 0.15 < sum(numbers.values()) / (len(recurrent) * len(numbers)) < 0.45


def test_artefacts_keep_away_from_variants(
    setting: Setting, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    """Where each recurrent artefact lies on a variant of the patient, none is left."""
    case, person = cases["IPX0003"], patients["IPX0003"]
    alleles = [v.allele for v in (*person.germline, *person.somatic)]
    hidden = [replace(setting.recurrent[0], contig=a.contig, position=a.position - 1)
              for a in alleles]  # fmt: skip
    crowded = replace(setting, recurrent=tuple(hidden))
    made = prepare(crowded, case, case.samples[0], person)
    assert len(made.artefacts) == 40
    for item in made.artefacts:
        for allele in alleles:
            apart = abs(item.position - allele.position + 1)
            assert item.contig != allele.contig or apart >= 30


def test_somebody_else_is_of_the_other_sex(
    setting: Setting, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    """So that sex, too, tells a swapped normal and a contaminated tumour."""

    def on_y(name: str, number: int) -> float:
        sample = cases[name].samples[number]
        cells = prepare(setting, cases[name], sample, patients[name]).cells
        last = len(setting.world.genome.contigs["chrY"]) - 1
        return mean_copies(cells, "chrY", last)

    assert (on_y("IPX0011", 0), on_y("IPX0011", 1)) == (0, 1)
    assert on_y("IPX0012", 0) == pytest.approx(0.96)


def test_a_woman_has_no_artefacts_on_y(
    setting: Setting, cases: dict[str, CaseRecipe], patients: dict[str, Person]
) -> None:
    """Even with hardly a target elsewhere."""
    regions = [r for r in setting.world.regions if r.contig in {"chrY", "chr22"}]
    small = replace(setting, world=replace(setting.world, regions=tuple(regions)), recurrent=())
    case = cases["IPX0003"]
    made = prepare(small, case, case.samples[0], patients["IPX0003"])
    assert [item.contig for item in made.artefacts] == ["chr22"] * 40


def test_the_sheet_says_what_is_stated(cases: dict[str, CaseRecipe]) -> None:
    """IPX0014 is a man whose request says woman; purity is of tumours; each lane has a row."""
    (row,) = sheet_rows(cases["IPX0014"])
    assert row.split("\t") == [
        "IPX0014", "IPX0014-D01-P01-A24", "tumour", "dna", "demo-560", "SKCM", "0.5", "female",
        "reads/IPX0014-D01-P01-A24_L001_R1.fastq.gz", "reads/IPX0014-D01-P01-A24_L001_R2.fastq.gz",
    ]  # fmt: skip
    rows = [line.split("\t") for line in sheet_rows(cases["IPX0001"])]
    assert [(r[2], r[3], r[6]) for r in rows] == [
        ("tumour", "dna", "0.6"), ("tumour", "dna", "0.6"), ("normal", "dna", ""),
        ("tumour", "rna", "0.6"),
    ]  # fmt: skip
    assert len({r[8] for r in rows}) == 4


def test_every_tier_names_a_paper() -> None:
    found = 0
    for path in sorted(RESOURCES.glob("*/IPX*.yaml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        for kind in ("variants", "copy_numbers", "fusions", "skipping"):
            for item in case.get(kind, ()):
                if "tier" in item:
                    assert re.search(r"PMID:\d{7,8}\b", item["tier_source"]), (path.name, item)
                    found += 1
    assert found > 10
