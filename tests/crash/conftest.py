"""State directories for the tests of the embedded server: empty, looked at, or with one row in them.

In:  nothing. Out: fixtures; every server is stopped and every directory removed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from embedded_supervisor import Supervised, add_row


@pytest.fixture
def root() -> Iterator[Path]:
    """A directory that every user may pass, as a state directory under /srv would be."""
    directory = Path(tempfile.mkdtemp(prefix="kt-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def running() -> Iterator[Supervised]:
    """One server that several tests only look at."""
    directory = Path(tempfile.mkdtemp(prefix="kt-", dir="/tmp"))
    directory.chmod(0o711)
    with Supervised(directory / "state") as supervised:
        yield supervised
        supervised.stop()
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
async def kept() -> AsyncIterator[Path]:
    """A state directory whose stopped server holds one row, "kept"; every test leaves it so."""
    directory = Path(tempfile.mkdtemp(prefix="kt-", dir="/tmp"))
    directory.chmod(0o711)
    with Supervised(directory / "state") as supervised:
        await add_row(supervised, "kept")
        supervised.stop()
    yield directory / "state"
    shutil.rmtree(directory)
