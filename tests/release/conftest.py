"""A repository of the tests' own with this tree in it: to commit, tag, archive and build."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.release.trees import ROOT, commit, git

NAMES = [
    *(".git_archival.txt", ".gitattributes", ".gitignore", "LICENSE", "README.md"),
    *("agent", "comptoir", "deploy", "hatch_build.py", "pyproject.toml", "requirements"),
]
_MADE = shutil.ignore_patterns("__pycache__", "*.mo", "dist")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    root = tmp_path_factory.mktemp("release") / "repository"
    root.mkdir()
    for name in NAMES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=_MADE)
        else:
            shutil.copy(source, root / name)
    subprocess.run(["git", "init", "--quiet", root], check=True)
    git(root, "config", "user.email", "volunteer@comptoir.example")
    git(root, "config", "user.name", "A volunteer")
    commit(root, "first")
    return root
