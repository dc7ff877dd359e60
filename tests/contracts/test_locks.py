"""Lock files carry versions and hashes and no address: the same file works with any mirror."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = ["requirements.lock", "requirements-test.lock"]
NODE_FOLDERS = [".", "tests/bench/postgraphile"]


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_python_lock_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"https?://|file:|@ |--(extra-)?index-url|--find-links", text)
    assert not re.search(r"^/|\s/[a-z]+/", text, re.MULTILINE)
    pins = re.findall(r"^([a-z0-9][a-z0-9._-]*)==[^\s\\]+", text, re.MULTILINE)
    assert len(pins) > 30
    for block in re.split(r"\n(?=[a-z0-9])", text):
        if "==" in block:
            assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_pycasbin_and_never_casbin(name: str) -> None:
    text = (ROOT / name).read_text()
    assert re.search(r"^pycasbin==2\.", text, re.MULTILINE)
    assert not re.search(r"^casbin==", text, re.MULTILINE)
    simpleeval = re.search(r"^simpleeval==(\d+)\.(\d+)\.(\d+)", text, re.MULTILINE)
    assert simpleeval
    assert tuple(map(int, simpleeval.groups())) >= (1, 0, 5)  # earlier ones can be escaped from


@pytest.mark.parametrize("folder", NODE_FOLDERS)
def test_node_lock_has_hashes_and_no_address(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    for path, package in lock["packages"].items():
        resolved = package.get("resolved", "")
        assert not re.match(r"[a-z+]*:", resolved), path
        if path.startswith("node_modules/") and not package.get("link"):
            assert package.get("integrity", "").startswith("sha512-"), path
    assert "omit-lockfile-registry-resolved=true" in (ROOT / folder / ".npmrc").read_text()


@pytest.mark.parametrize("folder", NODE_FOLDERS)
def test_only_permissive_licences_among_node_packages(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    for path, package in lock["packages"].items():
        assert not re.search(r"\b(A?GPL|SSPL|BUSL)", str(package.get("license", ""))), path


def test_no_resolver_lock_with_addresses_is_committed() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text()
