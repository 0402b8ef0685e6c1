"""From an address or a carried folder into the store: whole and checked, or not at all."""

import gzip
import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysam
import pytest
import yaml
from faulty_server import Server, Site, serving
from releases import info, vcf

from dugnad.cli import main
from dugnad.errors import UserError
from dugnad.resources.catalogue import CATALOGUE, Catalogue, load_catalogue
from dugnad.resources.download import Patience
from dugnad.resources.fetch import Request, fetch
from dugnad.resources.store import installed, newest, only_one

QUICK = Patience(attempts=2, pause=0.01, timeout=5)
BODY = b"\0" + random.Random(2).randbytes(199_999)
RIGHT = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def entry(server: Server, *names: str, **more: Any) -> dict[str, Any]:
    files = [{"name": name, "url": f"{server.address}/{name}", "sha256": None} for name in names]
    return {
        "id": "thing",
        "name": "A thing",
        "release": "1.0",
        "genome": "none",
        "licence": "CC0-1.0",
        "licence_note": "none",
        "for": "tests",
        "access": "open",
        "loader": "none",
        "files": files,
    } | more


def catalogue_of(*entries: dict[str, Any]) -> Catalogue:
    return Catalogue.model_validate({"resources": entries})


def write(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump({"resources": list(entries)}))
    return path


def visible(store: Path) -> list[str]:
    """What anybody who looks into the store can see of releases."""
    return sorted(
        str(path.relative_to(store))
        for path in store.glob("**/*")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(store).parts)
    )


def test_shipped_catalogue_loads() -> None:
    found = load_catalogue()
    assert len(found.resources) >= 15
    for resource in found.resources:
        names = [file.name for file in resource.wanted()]
        assert len(names) == len(set(names))
        assert not any("{" in name for name in names)
    assert len(found.chosen(["gnomad-exomes"])[0].wanted()) == 48


def test_catalogue_faults_stand_with_their_lines(tmp_path: Path, server: Server) -> None:
    path = write(
        tmp_path / "resources.yaml",
        entry(server, "a", genome="hg38", licence=""),
        entry(server, "b", id="other", loader="nonsense"),
    )
    with pytest.raises(UserError) as caught:
        load_catalogue(path)
    text = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 3
    assert all(f"{path}:" in line for line in caught.value.problems)
    assert "is no loader" in text
    assert "genome" in text


def test_fetch_installs_and_records(server: Server, store: Path) -> None:
    server.add("/a", Site(BODY))
    server.add("/b", Site(BODY[:100]))
    resource = catalogue_of(entry(server, "a", "b")).resources[0]
    said = fetch(resource, store, Request(), QUICK)
    assert "2 have no published checksum: first seen now" in said
    assert visible(store) == ["thing/1.0/a", "thing/1.0/b", "thing/1.0/resource.json"]
    record = json.loads((store / "thing/1.0/resource.json").read_text())
    assert record["files"][0]["sha256"] == RIGHT
    assert record["files"][0]["trust"] == "first_seen"
    row = installed(store)[0]
    assert (row.id, row.release, row.licence) == ("thing", "1.0", "CC0-1.0")
    lines = f"{RIGHT}  a\n{hashlib.sha256(BODY[:100]).hexdigest()}  b\n"
    assert row.sha256 == hashlib.sha256(lines.encode()).hexdigest()
    assert "is in the store already" in fetch(resource, store, Request(), QUICK)
    assert newest(store, "thing").folder == store / "thing/1.0"
    with pytest.raises(UserError, match="has no thing 2; run: dugnad resources fetch thing"):
        newest(store, "thing", "2")


def test_right_and_wrong_checksum(server: Server, store: Path) -> None:
    files = [{"name": "c", "url": server.add("/c", Site(BODY)), "sha256": RIGHT}]
    resource = catalogue_of(entry(server, files=files)).resources[0]
    wrong = catalogue_of(entry(server, files=[files[0] | {"sha256": "0" * 64}])).resources[0]
    with pytest.raises(UserError, match=f"c: wrong checksum: sha256 is {RIGHT}, published is 000"):
        fetch(wrong, store, Request(), QUICK)
    assert visible(store) == []
    assert installed(store) == ()
    assert "first seen" not in fetch(resource, store, Request(), QUICK)
    assert installed(store)[0].trust == "published"


def test_published_md5(server: Server, store: Path) -> None:
    md5 = hashlib.md5(BODY, usedforsecurity=False).hexdigest()
    files = [{"name": "m", "url": server.add("/m", Site(BODY)), "sha256": None,
              "md5_url": server.add("/m.md5", Site(f"{'0' * 32}  m\n".encode()))}]  # fmt: skip
    resource = catalogue_of(entry(server, files=files)).resources[0]
    with pytest.raises(UserError, match=f"MD5 is {md5}, published is 000"):
        fetch(resource, store, Request(), QUICK)
    assert visible(store) == []
    server.add("/m.md5", Site(f"{md5}  some/where/m\n".encode()))
    fetch(resource, store, Request(), QUICK)
    assert installed(store)[0].trust == "published"


def test_one_bad_file_keeps_all_out_and_the_good_one_is_used_later(
    server: Server, store: Path
) -> None:
    good = server.sites["/good"] = Site(BODY)
    server.sites["/bad"] = Site(b"")
    resource = catalogue_of(entry(server, "good", "bad")).resources[0]
    with pytest.raises(UserError, match="bad: is empty"):
        fetch(resource, store, Request(), QUICK)
    assert visible(store) == []
    server.sites["/bad"] = Site(BODY[:50])
    before = len(good.asked)
    fetch(resource, store, Request(), QUICK)
    assert visible(store) == ["thing/1.0/bad", "thing/1.0/good", "thing/1.0/resource.json"]
    assert all("range" in ask for ask in good.asked[before:])


@pytest.mark.parametrize(
    ("name", "body", "fault"),
    [
        ("x.tsv", b"a\tb\n1\t", "its last line does not end"),
        ("x.json", b'{"a": [1, 2', "is not whole JSON"),
        ("x.gz", gzip.compress(b"abc" * 1000, mtime=0)[:-9], "is cut off or damaged"),
        ("y.tsv", b"<html>log in</html>\n", "is a web page"),
    ],
)
def test_cut_off_or_wrong_without_any_checksum(
    server: Server, store: Path, name: str, body: bytes, fault: str
) -> None:
    server.add(f"/{name}", Site(body))
    resource = catalogue_of(entry(server, name)).resources[0]
    with pytest.raises(UserError, match=fault):
        fetch(resource, store, Request(), QUICK)
    assert visible(store) == []


def test_rolling_release_by_the_servers_date(server: Server, store: Path) -> None:
    site = Site(BODY)
    server.add("/roll", site)
    resource = catalogue_of(entry(server, "roll", release="rolling")).resources[0]
    fetch(resource, store, Request(), QUICK)
    assert installed(store)[0].release == "2026-11-02"
    site.body, site.etag, site.modified = BODY[1:], '"two"', "Tue, 03 Nov 2026 10:00:00 GMT"
    fetch(resource, store, Request(), QUICK)
    assert [row.release for row in installed(store)] == ["2026-11-02", "2026-11-03"]


def test_rolling_release_that_is_current_is_not_fetched_again(server: Server, store: Path) -> None:
    site = Site(BODY)
    server.add("/current", site)
    resource = catalogue_of(entry(server, "current", release="rolling")).resources[0]
    fetch(resource, store, Request(), QUICK)
    before = len(site.asked)
    assert "no newer one" in fetch(resource, store, Request(), QUICK)
    assert len(site.asked) == before
    with pytest.raises(UserError, match="no --release"):
        fetch(resource, store, Request("2026"), QUICK)


def test_same_release_with_other_bytes_is_not_trusted(server: Server, store: Path) -> None:
    site = Site(BODY)
    server.add("/same", site)
    resource = catalogue_of(entry(server, "same", release="rolling")).resources[0]
    fetch(resource, store, Request(), QUICK)
    site.body, site.etag = BODY[1:], '"two"'
    with pytest.raises(UserError, match="arrives as the same release"):
        fetch(resource, store, Request(), QUICK)
    assert (store / "thing/2026-11-02/same").read_bytes() == BODY
    fetch(resource, store, Request(again=True), QUICK)
    assert (store / "thing/2026-11-02/same").read_bytes() == BODY[1:]


def test_other_release_and_chosen_chromosomes(server: Server, store: Path) -> None:
    for chromosome in "123":
        server.add(f"/2.0/chr{chromosome}.txt", Site(f"chr{chromosome}\n".encode()))
    files = [{"name": "v{release}.chr{chromosome}.txt", "sha256": None,
              "url": f"{server.address}/{{release}}/chr{{chromosome}}.txt"}]  # fmt: skip
    resource = catalogue_of(entry(server, files=files, chromosomes=list("123"))).resources[0]
    fetch(resource, store, Request("2.0", ("*chr2.*",)), QUICK)
    assert visible(store) == ["thing/2.0/resource.json", "thing/2.0/v2.0.chr2.txt"]
    fetch(resource, store, Request("2.0", ("*chr[13].*",)), QUICK)
    assert len(newest(store, "thing").files) == 3
    with pytest.raises(UserError, match=r"has no file \*chr9"):
        fetch(resource, store, Request("2.0", ("*chr9*",)), QUICK)


def test_two_at_once(server: Server, store: Path) -> None:
    resource = catalogue_of(entry(server, "a")).resources[0]
    with only_one(store, "thing"), pytest.raises(UserError, match="another process fetches"):
        fetch(resource, store, Request(), QUICK)


def test_what_needs_a_login_is_not_fetched(store: Path) -> None:
    cosmic = load_catalogue().chosen(["cosmic"])[0]
    with pytest.raises(UserError, match=r"is not fetched .*dugnad resources import"):
        fetch(cosmic, store, Request(), QUICK)


def run(*words: object) -> int:
    return main(["resources", *map(str, words)])


def test_verify(
    server: Server, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.add("/a", Site(BODY))
    server.add("/b", Site(BODY))
    server.add("/c", Site(BODY))
    catalogue = write(tmp_path / "c.yaml", entry(server, "a", "b", "c"))
    options = ("--store", store, "--catalogue", catalogue)
    assert run("verify", *options) == 2
    assert run("fetch", "thing", *options) == 0
    assert run("verify", *options) == 0
    assert capsys.readouterr().out.count("as first seen on") == 3
    (store / "thing/1.0/a").write_bytes(b"x" + BODY[1:])
    (store / "thing/1.0/b").unlink()
    (store / "thing/1.0/stray").write_text("?")
    assert run("verify", *options) == 2
    shown = capsys.readouterr()
    assert shown.err.count("FAIL") == 3
    assert "a: sha256 is" in shown.err
    assert "b: is gone" in shown.err
    assert "stray: is not in resource.json" in shown.err
    assert "pass" in shown.out
    assert run("verify", "nothing", *options) == 2
    (store / "thing/1.0/resource.json").write_text("{")
    assert run("verify", *options) == 2


def test_list(
    server: Server, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.add("/a", Site(BODY))
    shut = entry(server, id="shut", access="login", files=[
        {"name": "shut*.gz", "url": None, "sha256": None}])  # fmt: skip
    catalogue = write(tmp_path / "c.yaml", entry(server, "a"), shut)
    options = ("--store", store, "--catalogue", catalogue)
    assert run("list", *options) == 0
    assert run("fetch", "thing", *options) == 0
    assert run("list", *options) == 0
    before, after = capsys.readouterr().out.split("thing 1.0: 1 files came")
    assert "no, login: import" in before
    assert "200.0 kB" not in before
    assert "200.0 kB" in after
    assert run("fetch", "thnig", *options) == 2


def test_import_by_name_by_checksum_and_of_a_store(
    server: Server, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pinned = [{"name": "p", "url": f"{server.address}/p", "sha256": RIGHT}]
    dated = [{"name": "{release}-d.txt", "url": f"{server.address}/d", "sha256": None}]
    catalogue = write(
        tmp_path / "c.yaml",
        entry(server, files=pinned),
        entry(server, files=dated, id="dated"),
    )
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "renamed.bin").write_bytes(BODY)
    (usb / "01-Nov-2026-d.txt").write_text("x\n")
    options = ("--store", store, "--catalogue", catalogue)
    assert run("import", usb, *options) == 0, capsys.readouterr().err
    assert [(row.id, row.release, row.files) for row in installed(store)] == [
        ("dated", "01-Nov-2026", ("01-Nov-2026-d.txt",)),
        ("thing", "1.0", ("p",)),
    ]
    second = tmp_path / "second"
    carried = tmp_path / "carried"
    shutil.copytree(store, carried)
    assert run("import", carried, "--store", second, "--catalogue", catalogue) == 0
    assert [row.sha256 for row in installed(second)] == [row.sha256 for row in installed(store)]
    (carried / "dated/01-Nov-2026/01-Nov-2026-d.txt").write_text("y\n")
    third = tmp_path / "third"
    assert run("import", carried, "--store", third, "--catalogue", catalogue) == 2
    assert "where it came from it was" in capsys.readouterr().err
    (carried / "thing/1.0/p").unlink()
    assert run("import", carried, "--store", third, "--catalogue", catalogue) == 2
    shown = capsys.readouterr().err
    assert "lists p, which is not there" in shown
    assert "where it came from it was" in shown
    assert not third.exists() or visible(third) == []


def test_import_says_all_faults_and_installs_nothing(
    server: Server, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = write(tmp_path / "c.yaml", entry(server, "x.tsv", "y.tsv"))
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "x.tsv").write_text("<html></html>\n")
    (usb / "holiday.jpg").write_bytes(b"\xff\xd8\0")
    assert run("import", usb, tmp_path / "none", "--store", store, "--catalogue", catalogue) == 2
    shown = capsys.readouterr().err
    for fault in ("is a web page", "lacks y.tsv", "holiday.jpg: is no file of", "no such file"):
        assert fault in shown
    assert visible(store) == [] if store.exists() else True


def test_shipped_names_are_recognised() -> None:
    catalogue = {resource.id: resource for resource in load_catalogue(CATALOGUE).resources}
    assert catalogue["civic"].release_in("01-Nov-2026-VariantSummaries.tsv") == "01-Nov-2026"
    assert catalogue["mane"].release_in("MANE.GRCh38.v1.4.summary.txt.gz") == "1.4"
    assert catalogue["ensembl"].release_in("Homo_sapiens.GRCh38.113.gff3.gz") == "113"
    assert catalogue["gnomad-exomes"].release_in("gnomad.exomes.v4.1.sites.chr7.vcf.bgz") == "4.1"
    assert catalogue["cosmic"].release_in("Cosmic_Genome_v103_GRCh38.vcf.gz") == "rolling"
    assert catalogue["clinvar"].release_in("clinvar.vcf") is None


def clinvar_entry(server: Server) -> dict[str, Any]:
    shipped = load_catalogue().chosen(["clinvar"])[0].model_dump(by_alias=True, mode="json")
    for file in shipped["files"]:
        file["url"] = f"{server.address}/{file['name']}"
        file["md5_url"] = None
    return shipped | {"chromosomes": []}


def clinvar_body(folder: Path, genome: str, day: str) -> bytes:
    header = [f"##fileDate={day}", f"##reference={genome}"]
    header += [info(key) for key in ("CLNSIG", "CLNREVSTAT", "CLNDN")]
    plain = vcf(folder / "clinvar.vcf", ["7\t1\t1\tA\tC\t.\t.\tCLNSIG=Benign"], header, "7")
    packed = folder / "packed.vcf.gz"
    pysam.tabix_compress(str(plain), str(packed), force=True)
    return packed.read_bytes()


def test_file_of_the_wrong_genome_never_enters(
    server: Server, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = write(tmp_path / "c.yaml", clinvar_entry(server))
    options = ("--store", store, "--catalogue", catalogue)
    body = clinvar_body(tmp_path, "GRCh37", "2026-11-02")
    server.add("/clinvar.vcf.gz.tbi", Site(body))  # any BGZF
    server.add("/clinvar.vcf.gz", Site(body))
    assert run("fetch", "clinvar", *options) == 2
    assert "clinvar.vcf.gz: is of GRCh37, not GRCh38" in capsys.readouterr().err
    assert visible(store) == []
    server.add("/clinvar.vcf.gz", Site(body[:-30]))
    assert run("fetch", "clinvar", *options) == 2
    assert "is cut off" in capsys.readouterr().err
    server.add("/clinvar.vcf.gz", Site(clinvar_body(tmp_path, "GRCh38", "2026-11-02")))
    assert run("fetch", "clinvar", *options) == 0
    row = installed(store)[0]
    assert (row.release, row.licence) == ("2026-11-02", "public domain")
    record = json.loads((row.folder / "resource.json").read_text())
    assert record["release_from"] == "file"


def test_killed_fetch_leaves_nothing_and_goes_on(
    server: Server, store: Path, tmp_path: Path
) -> None:
    site = Site(BODY, slow=0.1)
    server.add("/slow", site)
    server.add("/a", Site(BODY[:100]))
    catalogue = write(tmp_path / "c.yaml", entry(server, "a", "slow"))
    words = ["resources", "fetch", "thing", "--store", str(store), "--catalogue", str(catalogue)]
    child = subprocess.Popen([sys.executable, "-m", "dugnad.cli", *words], stderr=subprocess.PIPE)
    part = store / "thing/.partial/.coming/slow"
    end = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size) and time.monotonic() < end:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert part.stat().st_size < len(BODY)
    assert visible(store) == []
    assert installed(store) == ()
    site.slow = 0
    assert main(words) == 0
    assert any("range" in ask for ask in site.asked)
    assert (store / "thing/1.0/slow").read_bytes() == BODY
