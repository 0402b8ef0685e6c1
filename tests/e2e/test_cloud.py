"""A case as a run of its own, with reads and results in a store: a server of S3 on this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from support import ROOT

CASE = "IPX0001"
HERE = [
    "--cores",
    "2",
    "--default-storage-provider",
    "s3",
    "--default-storage-prefix",
    "s3://lab/run",
]
PODS = ["--profile", str(ROOT / "profiles/kubernetes"), "--dry-run"]
KEYS = {"ACCESS_KEY": "key", "SECRET_KEY": "secret"}


@pytest.fixture
def store() -> Iterator[str]:
    """The address of a server of S3 with an empty bucket, ``lab``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    requests.post(f"{address}/moto-api/reset", timeout=30)  # servers of one process share buckets
    client(address).create_bucket(Bucket="lab")
    yield address
    server.stop()


def client(address: str):  # type: ignore[no-untyped-def]  # boto3 makes its classes as it runs
    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id=KEYS["ACCESS_KEY"],
        aws_secret_access_key=KEYS["SECRET_KEY"],
        region_name="us-east-1",
    )


def run(folder: Path, store: str, *options: str) -> subprocess.CompletedProcess[str]:
    words = ["snakemake", "--snakefile", ROOT / "cloud.smk", "--directory", folder]
    words += ["--storage-s3-endpoint-url", store, *options]
    keys = {f"SNAKEMAKE_STORAGE_S3_{name}": value for name, value in KEYS.items()}
    return subprocess.run(
        words, env={**os.environ, **keys}, capture_output=True, text=True, check=False
    )


def test_reads_come_from_the_store_and_the_archive_goes_there(
    light: Path, tmp_path: Path, store: str
) -> None:
    shutil.copytree(light / "config", tmp_path / "config")
    s3 = client(store)
    for part in ("genome", "known", "reads"):
        for path in (light / part).iterdir():
            s3.upload_file(str(path), "lab", f"run/{part}/{path.name}")
    planned = run(tmp_path, store, *PODS)
    assert planned.returncode == 0, planned.stderr
    assert f"archives/{CASE}.tar" in planned.stdout
    done = run(tmp_path, store, *HERE)
    assert done.returncode == 1  # by its gate: so light a case has too little depth
    gates = s3.get_object(Bucket="lab", Key=f"run/archives/{CASE}.gates.txt")["Body"].read()
    assert "mean target depth" in gates.decode()
    assert gates.decode().splitlines()[0] in done.stderr
    assert not list(tmp_path.glob("results/**/*.html"))
    s3.download_file("lab", f"run/archives/{CASE}.tar", str(tmp_path / "case.tar"))
    (tmp_path / "case").mkdir()
    subprocess.run(["tar", "-xf", "../case.tar"], cwd=tmp_path / "case", check=True)
    calls = f"results/{CASE}/small_variants/{CASE}.calls.vcf.gz"
    assert (tmp_path / "case" / calls).read_bytes() == (light / calls).read_bytes()
    assert (tmp_path / f"case/results/{CASE}/report/{CASE}.html").exists()
    assert (tmp_path / "case/results/run/manifest.json").exists()


def test_what_the_store_lacks_is_named(light: Path, tmp_path: Path, store: str) -> None:
    shutil.copytree(light / "config", tmp_path / "config")
    done = run(tmp_path, store, *PODS)
    assert done.returncode == 1
    assert "s3://lab/run/genome/demo.fa" in done.stdout
