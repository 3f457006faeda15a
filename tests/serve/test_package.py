"""The wheel carries everything that the program reads at run time."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_every_file_of_the_package_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    kinds = {".py", ".html", ".txt", ".css", ".js", ".svg", ".csv", ".po"}
    there = set(wheel.namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "comptoir").rglob("*")
        if path.suffix in kinds and "__pycache__" not in path.parts
    }
    assert len(wanted) > 100
    assert wanted <= there


def test_translations_are_compiled(wheel: zipfile.ZipFile) -> None:
    there = set(wheel.namelist())
    sources = [name for name in there if name.endswith(".po")]
    assert sources
    assert {name.removesuffix(".po") + ".mo" for name in sources} <= there


def test_it_names_its_dependencies_licence_and_command(wheel: zipfile.ZipFile) -> None:
    (info,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    metadata = wheel.read(f"{info}/METADATA").decode()
    base = (ROOT / "requirements" / "base.in").read_text().split()
    wanted = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    assert len([line for line in wanted if "; extra ==" not in line]) == len(base)
    assert "License-Expression: AGPL-3.0-or-later" in metadata
    assert "comptoir = comptoir.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()


def test_nothing_but_the_package_is_in_it(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"comptoir"}
