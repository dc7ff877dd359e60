"""What is installed from a wheel has its registered operations: the files of schema/operations, packed along."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from kinfold.plugin_api import find_operations

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("project", "package", "plugin"),
    [("core", "kinfold", "core"), ("plugins/education", "kinfold_education", "education")],
)
def test_a_wheel_holds_its_operations(project: str, package: str, plugin: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT / project, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    installed = find_operations(tmp_path / "installed" / package, plugin)
    source = sorted((ROOT / "schema/operations" / plugin).glob("*.graphql"))
    assert [path.parent.name for path in installed] == ["operations"] * len(source)
    assert {p.name: p.read_bytes() for p in installed} == {p.name: p.read_bytes() for p in source}
    assert source


def test_a_checkout_has_one_source() -> None:
    package = ROOT / "plugins/education/kinfold_education"
    assert not (package / "operations").exists()
    assert find_operations(package, "education")[0].parent == ROOT / "schema/operations/education"
    assert find_operations(package, "nobody") == ()
