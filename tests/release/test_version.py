"""No two commits have the same version, whatever they are built of, and what runs tells its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from tests.release.trees import ROOT, archive, build, commit, environment, git
from tests.release.trees import version_in as named
from tests.release.trees import version_run as run


@pytest.fixture(scope="module")
def wheels(repository: Path) -> list[Path]:
    """Two wheels, of a commit and of the next."""
    folder = repository.parent / "dist"
    first = build(repository, folder)
    commit(repository, "second")
    return [first, build(repository, folder)]


def test_a_later_commit_has_a_later_version(repository: Path, wheels: list[Path]) -> None:
    first, second = map(named, wheels)
    # What was built before there were versions was always 0.1.0.
    assert Version("0.1.0") < Version(first) < Version(second)
    assert f"+g{git(repository, 'rev-parse', '--short=9', 'HEAD')}" in second
    assert Version(second).is_devrelease


def test_the_documented_upgrade_upgrades(wheels: list[Path], tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"

    def install(wheel: Path) -> str:
        # What it depends on is not installed: only which version is there is looked at.
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet"),
                *("--no-deps", "--no-index", "--upgrade", wheel),
            ],
            check=True,
            capture_output=True,
            env=environment(),
        )
        return run(tmp_path, str(python))

    assert [install(wheel) for wheel in wheels] == [named(wheel) for wheel in wheels]


def test_a_tag_is_the_version(repository: Path, wheels: list[Path], tmp_path: Path) -> None:
    git(repository, "tag", "v0.2.0")
    try:
        assert named(build(repository, tmp_path)) == run(repository) == "0.2.0"
        assert Version(named(wheels[1])) < Version("0.2.0")
        assert run(archive(repository, tmp_path / "tagged")) == "0.2.0"
        commit(repository, "after the tag")
        assert run(repository).startswith("0.2.1.dev1+g")
        assert run(archive(repository, tmp_path / "later")).startswith("0.2.1.dev1+g")
    finally:
        git(repository, "tag", "--delete", "v0.2.0")


def test_a_checkout_runs_the_commit_it_is_at(repository: Path, wheels: list[Path]) -> None:
    before = run(repository)
    node = commit(repository, "third")
    assert f"+g{node[:9]}" in run(repository) != before
    (repository / "comptoir" / "change.py").write_text("changed = True\n", encoding="utf-8")
    assert f"+g{node[:9]}.d" in run(repository)
    git(repository, "checkout", "--quiet", ".")


def test_a_tree_without_git_builds_and_tells_its_commit(repository: Path, tmp_path: Path) -> None:
    node = git(repository, "rev-parse", "HEAD")
    tree = archive(repository, tmp_path / "archive")
    assert f"+g{node[:9]}" in named(build(tree, tmp_path / "dist"))
    assert run(tree) == named(build(tree / "agent", tmp_path / "agent"))
    sources = build(repository, tmp_path / "sources", "sdist")
    shutil.unpack_archive(sources, tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert named(sources) == run(unpacked) == named(build(unpacked, tmp_path / "again"))
    assert f"+g{node[:9]}" in named(sources)


def test_a_mere_copy_builds_and_is_known_by_its_files(repository: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository, copy, ignore=shutil.ignore_patterns(".git", "dist"))
    first = run(copy)
    assert named(build(copy, tmp_path / "dist")) == first
    assert "+files." in first
    assert run(copy) == first
    (copy / "comptoir" / "change.py").write_text("changed = True\n", encoding="utf-8")
    assert run(copy) != first


def test_a_checkout_runs_where_git_is_missing(repository: Path, tmp_path: Path) -> None:
    assert "+files." in run(repository, PATH=str(tmp_path))
    assert "+g" in run(repository)


def test_the_command_says_it_at_once_and_without_django() -> None:
    code = (
        "import sys; sys.argv = ['comptoir', '--version']; from comptoir.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'django', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment()
    )
    assert done.stdout.splitlines() == [f"comptoir, version {run(ROOT)}", "[]"]
