"""One cluster for all tests of this folder, and cases to run on it."""

from collections.abc import Iterator

import pytest
from cluster import Cluster, UnavailableError, install


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A SLURM of two nodes; the tests are skipped, with the reason, where it cannot start."""
    try:
        install()
    except UnavailableError as reason:
        pytest.skip(f"no SLURM: {reason}")
    made = Cluster()
    try:
        made.start()
        yield made
    except UnavailableError as reason:
        pytest.skip(f"no SLURM: {reason}")
    finally:
        made.stop()
