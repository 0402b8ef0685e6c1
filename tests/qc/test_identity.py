"""Which samples are of one person: copy number, RNA, relatives and too few sites."""

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import people
import pysam
import pytest

from dugnad.qc import compare_samples, measure_identity
from dugnad.qc.compare_samples import IDENTITY, Needs, compare, elsewhere, genotypes, verdict
from dugnad.qc.count_sites import count
from dugnad.qc.estimate_contamination import contamination
from dugnad.qc.sites import COUNTS, Counts, Site, read_counts
from dugnad.tables import read_table, write_table

NEEDS = Needs()


def judged(one: Counts, other: Counts, needs: Needs = NEEDS) -> str:
    return verdict(compare([one, other], needs), 0, 1, needs)


def relatedness(one: Counts, other: Counts) -> float:
    return float(compare([one, other], NEEDS).relatedness[0, 1])


@pytest.fixture(scope="module")
def sites() -> people.Sites:
    return people.make_sites(np.random.default_rng(1), 250)


def test_genotypes_are_open_where_the_reads_are() -> None:
    rng = np.random.default_rng(2)
    base = people.reads(rng, people.make_sites(rng, 8), np.zeros(8), 100)
    ref, alt = np.array([100, 0, 50, 85, 90, 96, 4, 5]), np.array([0, 100, 50, 15, 10, 4, 4, 5])
    counts = replace(base, ref=ref, alt=alt)
    assert genotypes(counts, 10).tolist() == [0, 2, 1, 1, -1, 0, -1, 1]


@pytest.mark.parametrize("depth", [15, 60, 500])
def test_one_person_and_strangers(sites: people.Sites, depth: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        mine, other = people.born(rng, sites), people.born(rng, sites)
        tumour = people.reads(rng, sites, people.share_of_alt(mine), 200)
        again = people.reads(rng, sites, people.share_of_alt(mine), depth)
        stranger = people.reads(rng, sites, people.share_of_alt(other), depth)
        assert judged(tumour, again) == "same"
        assert judged(tumour, stranger) == "different"


@pytest.mark.parametrize(("purity", "contigs"), [(0.5, 0.5), (0.9, 0.5), (0.7, 1.0), (0.95, 1.0)])
def test_loss_of_heterozygosity_changes_nothing(
    sites: people.Sites, purity: float, contigs: float
) -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        mine, other = people.born(rng, sites), people.born(rng, sites)
        copies = people.lost(rng, sites, purity, contigs)
        tumour = people.reads(rng, sites, people.share_of_alt(mine, copies), 200)
        assert judged(tumour, people.reads(rng, sites, people.share_of_alt(mine), 60)) == "same"
        stranger = people.reads(rng, sites, people.share_of_alt(other), 60)
        assert judged(tumour, stranger) == "different"


def test_rna_that_expresses_one_allele_at_some_sites() -> None:
    rng = np.random.default_rng(5)
    few = people.make_sites(rng, 45)
    for _ in range(30):
        mine, other = people.born(rng, few), people.born(rng, few)
        copies = np.where(rng.random((2, 45)) < 0.2, 0.02, 1.0)
        rna = people.reads(rng, few, people.share_of_alt(mine, copies), 80)
        assert judged(people.reads(rng, few, people.share_of_alt(mine), 200), rna) == "same"
        assert judged(people.reads(rng, few, people.share_of_alt(other), 200), rna) == "different"


def test_parent_and_child_are_not_one_person(sites: people.Sites) -> None:
    rng = np.random.default_rng(6)
    found = []
    for _ in range(30):
        parent = people.born(rng, sites)
        own = people.reads(rng, sites, people.share_of_alt(people.child(rng, sites, parent)), 200)
        found.append(relatedness(people.reads(rng, sites, people.share_of_alt(parent), 200), own))
    assert abs(float(np.mean(found)) - 0.5) < 0.06
    assert max(found) < NEEDS.relatedness


def test_another_persons_dna_in_the_sample_leaves_it_the_same(sites: people.Sites) -> None:
    rng = np.random.default_rng(7)
    mine, other = people.born(rng, sites), people.born(rng, sites)
    mixed = 0.8 * people.share_of_alt(mine) + 0.2 * people.share_of_alt(other)
    normal = people.reads(rng, sites, people.share_of_alt(mine), 60)
    assert judged(people.reads(rng, sites, mixed, 200), normal) == "same"


def test_too_few_sites_or_loci_is_said() -> None:
    rng = np.random.default_rng(8)
    few, enough = people.make_sites(rng, NEEDS.sites - 1), people.make_sites(rng, NEEDS.sites + 10)
    mine = people.reads(rng, few, people.share_of_alt(people.born(rng, few)), 200)
    assert judged(mine, mine) == "too_few_sites"
    share = people.share_of_alt(people.born(rng, enough))
    mine = people.reads(rng, enough, share, 200)
    assert judged(mine, mine) == "same"
    one_gene = replace(mine, chrom=np.full(len(share), "chr17"), pos=np.arange(len(share)) * 300)
    assert judged(one_gene, one_gene) == "too_few_sites"


def test_few_sites_seldom_make_strangers_one_person() -> None:
    rng = np.random.default_rng(9)
    small = people.make_sites(rng, NEEDS.sites)
    found: Counter[str] = Counter()
    for _ in range(300):
        one, other = (
            people.reads(rng, small, people.share_of_alt(people.born(rng, small)), 200)
            for _ in range(2)
        )
        found[judged(one, other)] += 1
    assert found["same"] <= 3


Notes = dict[str, dict[str, dict[str, Any]]]


def verb(module: Any, *words: object) -> None:
    parser = argparse.ArgumentParser()
    module.register(parser)
    module.main(parser.parse_args([str(word) for word in words]))


def run(folder: Path, samples: list[Counts]) -> tuple[list[dict[str, Any]], Notes]:
    """The run's table and measures, with those of each case."""
    paths = {counts.sample: folder / f"{counts.sample}.parquet" for counts in samples}
    for counts in samples:
        people.write_counts(paths[counts.sample], counts)
    output, notes = folder / "identity.parquet", folder / "run.json"
    files = ("--counts", *paths.values(), "--output", output, "--measures", notes)
    verb(compare_samples, *files)
    found = json.loads(notes.read_text())
    for case in {counts.case for counts in samples}:
        own = [
            word
            for c in samples
            if c.case == case
            for word in ("--sample", c.sample, c.role, c.analyte, paths[c.sample])
        ]
        verb(measure_identity, *own, "--output", folder / "case.json")
        for name, measured in json.loads((folder / "case.json").read_text()).items():
            later = measured.pop("identity_elsewhere")
            assert later["value"] is None
            assert later["source"] == measure_identity.LATER
            found[name] |= measured
    return read_table(output, IDENTITY), found


def test_a_swapped_normal_is_found_with_its_owner(sites: people.Sites, tmp_path: Path) -> None:
    rng = np.random.default_rng(10)
    one, two = (people.share_of_alt(people.born(rng, sites)) for _ in range(2))
    samples = [
        people.reads(rng, sites, one, 200, ("T1", "A", "tumour", "dna")),
        people.reads(rng, sites, two, 60, ("N1", "A", "normal", "dna")),
        people.reads(rng, sites, one, 60, ("R1", "A", "tumour", "rna")),
        people.reads(rng, sites, two, 200, ("T2", "B", "tumour", "dna")),
        people.reads(rng, sites, one, 60, ("N2", "B", "normal", "dna")),
    ]
    table, notes = run(tmp_path, samples)
    verdicts = {(row["sample_a"], row["sample_b"]): row["verdict"] for row in table}
    assert len(verdicts) == 10
    assert {pair for pair, word in verdicts.items() if word == "same"} == {
        ("T1", "R1"),
        ("T1", "N2"),
        ("R1", "N2"),
        ("N1", "T2"),
    }
    assert "identity" not in notes["T1"]
    assert notes["N1"]["identity"]["value"] < 0.4
    assert notes["R1"]["identity"]["value"] > 0.9
    assert notes["N1"]["identity_elsewhere"]["value"] > 0.9
    assert notes["N1"]["identity_elsewhere"]["source"].endswith(": T2")
    assert notes["N1"]["identity_sites"]["value"] > 200


def test_samples_of_other_panels_share_what_both_have(sites: people.Sites, tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    share = people.share_of_alt(people.born(rng, sites))
    whole = people.reads(rng, sites, share, 200, ("T1", "A", "tumour", "dna"))
    part = people.reads(rng, sites, share, 200, ("T2", "B", "tumour", "dna"))
    part = part.where(np.arange(len(share)) % 3 == 0)
    table, notes = run(tmp_path, [whole, part])
    assert table[0]["verdict"] == "same"
    assert 70 <= int(str(table[0]["sites"])) <= 84
    assert notes["T1"]["identity_elsewhere"]["value"] > 0.9


def test_a_sample_without_sites_has_no_identity(sites: people.Sites, tmp_path: Path) -> None:
    rng = np.random.default_rng(12)
    share = people.share_of_alt(people.born(rng, sites))
    whole = people.reads(rng, sites, share, 200, ("T1", "A", "tumour", "dna"))
    people.write_counts(tmp_path / "T1.parquet", whole)
    write_table(tmp_path / "empty.parquet", [], COUNTS)
    assert read_counts(tmp_path / "empty.parquet").sample == ""
    files = [tmp_path / name for name in ("T1.parquet", "empty.parquet")]
    notes, table = tmp_path / "m.json", tmp_path / "i.parquet"
    verb(compare_samples, "--counts", *files, "--measures", notes, "--output", table)
    assert read_table(table, IDENTITY) == []
    assert json.loads(notes.read_text()).keys() == {"T1"}
    own = ("--sample", "T1", "tumour", "dna", files[0], "--sample", "N1", "normal", "dna", files[1])
    verb(measure_identity, *own, "--output", notes)
    found = json.loads(notes.read_text())
    assert found["N1"]["identity"]["value"] is None
    assert found["N1"]["identity"]["source"].startswith("too few sites: 0 of at least 20")
    verb(measure_identity, *own[5:], "--output", notes)
    assert json.loads(notes.read_text())["N1"]["identity"]["source"].endswith("is not here")
    verb(measure_identity, "--output", notes)  # a case that came as calls
    assert json.loads(notes.read_text()) == {}


def test_a_sample_without_another_case_has_nobody_to_be_like(sites: people.Sites) -> None:
    rng = np.random.default_rng(13)
    share = people.share_of_alt(people.born(rng, sites))
    tumour = people.reads(rng, sites, share, 200, ("T1", "A", "tumour", "dna"))
    normal = people.reads(rng, sites, share, 200, ("N1", "A", "normal", "dna"))
    few = people.reads(rng, sites, share, 200, ("T2", "B", "tumour", "dna"))
    few = few.where(np.arange(len(share)) < 5)

    def told(*samples: Counts) -> dict[str, tuple[float | None, str]]:
        found = elsewhere(samples, compare(samples, NEEDS))
        one = {name: item["identity_elsewhere"] for name, item in found.items()}
        return {name: (item.value, item.source) for name, item in one.items()}

    assert told(tumour, normal) == dict.fromkeys(["T1", "N1"], (0.0, "the run has no other case"))
    unknown = (None, "no other case has enough sites")
    assert told(tumour, normal, few) == dict.fromkeys(["T1", "N1", "T2"], unknown)


@pytest.fixture(scope="module")
def tp53(real_data: Path) -> tuple[list[Site], dict[str, Counts], dict[str, list[str]], Path]:
    """The consensus SNVs of 40 people on TP53, their counts from the BAMs, and their genotypes."""
    folder = real_data / "tp53_exome_hg19"
    sites: list[Site] = []
    known: dict[str, list[str]] = {}
    with pysam.VariantFile(str(folder / "consensus_germline.40samples.vcf")) as vcf:
        for record in vcf:
            ref, alt = str(record.ref), (record.alts or ("",))[0]
            if len(ref) != 1 or len(alt) != 1:
                continue
            calls = {name: call["GT"] for name, call in record.samples.items()}
            alleles = [a for call in calls.values() for a in call if a is not None]
            sites.append(Site(record.chrom, record.pos, ref, alt, np.mean(alleles), "autosome"))
            for name, call in calls.items():
                sure = None not in call
                known.setdefault(name, []).append(str(sum(call)) if sure else "?")
    counts = {}
    for name in known:
        with pysam.AlignmentFile(str(folder / f"bam/{name}.bam")) as bam:
            rows = [
                {"sample": name, "case": name, "role": "tumour", "analyte": "dna", **row}
                for row in count(bam, sites, 20, 20)
            ]
        counts[name] = _counts(rows)
    return sites, counts, known, folder


def _counts(rows: list[dict[str, object]]) -> Counts:
    columns = {name: np.array([row[name] for row in rows]) for name in COUNTS.names}
    return Counts(
        *(str(columns[name][0]) for name in COUNTS.names[:4]),
        chrom=columns["chrom"],
        pos=columns["pos"],
        change=np.char.add(columns["ref"], columns["alt"]),
        frequency=columns["frequency"],
        kind=columns["kind"],
        ref=columns["ref_reads"],
        alt=columns["alt_reads"],
        other=columns["other_reads"],
    )


@pytest.mark.real_data
def test_genotypes_of_40_people_agree_with_the_consensus(
    tp53: tuple[list[Site], dict[str, Counts], dict[str, list[str]], Path],
) -> None:
    _, counts, known, _ = tp53
    pairs = [
        (str(mine), theirs)
        for name, found in counts.items()
        for mine, theirs in zip(genotypes(found, 10), known[name], strict=True)
        if mine >= 0 and theirs != "?"
    ]
    assert len(counts) == 40
    assert len(pairs) > 250
    assert sum(mine == theirs for mine, theirs in pairs) >= 0.99 * len(pairs)


@pytest.mark.real_data
def test_one_gene_tells_no_person_from_another(
    tp53: tuple[list[Site], dict[str, Counts], dict[str, list[str]], Path],
) -> None:
    _, counts, _, _ = tp53
    pairs = compare(list(counts.values()), NEEDS)
    assert not pairs.enough.any()
    assert verdict(pairs, 0, 1, NEEDS) == "too_few_sites"
    one, other, *_ = counts.values()
    for sample in (one, people.added(one, other)):
        found = contamination(sample, None, 30, 10)
        assert found["contamination"].value is None
        assert "too few sites" in found["contamination"].source
