"""What is shipped: the wheel holds the code and every data file it reads at work."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as shipped:
        inside = set(shipped.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "flows", "schemas", "connectors"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    missing = [name for name in tracked if name not in inside]
    assert tracked and missing == []


def test_a_paper_is_read_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as shipped:
        shipped.extractall(tmp_path / "installed")
    paper = ROOT / "tests" / "demo" / "clean-belgrade-moscow" / "cmr.pdf"
    program = f"import sys; sys.argv = ['keruen', 'read', {str(paper)!r}, '--json']; from flows.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert '"kind": "cmr"' in ran.stdout
