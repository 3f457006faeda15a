"""What the tests of releases do with a tree: commit it, build it, ask which version it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ASK = "import comptoir; print(comptoir.__version__)"
_OURS = ("GIT_", "SETUPTOOLS_SCM_", "SOURCE_DATE_EPOCH", "PYTHONPATH")


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what would change what a build says."""
    return {name: x for name, x in os.environ.items() if not name.startswith(_OURS)} | more


def git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=root, check=True, capture_output=True, text=True, env=environment()
    )
    return done.stdout.strip()


def commit(root: Path, text: str) -> str:
    """Commit the tree with a change in it; return the commit."""
    (root / "comptoir" / "change.py").write_text(f'"""{text}"""\n', encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", text)
    return git(root, "rev-parse", "HEAD")


def archive(root: Path, folder: Path) -> Path:
    """Unpack into a folder what a code host offers of the last commit."""
    folder.mkdir()
    git(root, "archive", "--output", str(folder.with_suffix(".tar")), "HEAD")
    shutil.unpack_archive(folder.with_suffix(".tar"), folder)
    return folder


def build(tree: Path, folder: Path, kind: str = "wheel") -> Path:
    """Build a tree offline, with what is installed here; return what was made."""
    folder.mkdir(parents=True, exist_ok=True)
    known = set(folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder],
        cwd=tree,
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    (made,) = set(folder.iterdir()) - known
    return made


def version_in(path: Path) -> str:
    """Return the version that the name of a wheel or of a source distribution says."""
    return path.name.removesuffix(".tar.gz").split("-")[1]


def version_run(tree: Path, python: str = sys.executable, **more: str) -> str:
    """Return which version the code of a folder says it is, when it runs."""
    done = subprocess.run(
        [python, "-c", _ASK],
        cwd=tree,
        check=True,
        capture_output=True,
        text=True,
        env=environment(**more),
    )
    assert done.stderr == ""
    return done.stdout.strip()
