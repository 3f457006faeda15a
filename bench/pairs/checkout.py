"""A commit's own tree and environment, made once below `var/against/` and kept."""

import io
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "var" / "against"
# What a Python before 3.11.4 does not know of; the archive is of our own history.
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
_OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "VIRTUAL_ENV", "PYTHONPATH")


def commit_of(name: str) -> str:
    """Return the commit that a name stands for, in full. Raises `SystemExit` if it is none."""
    done = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{name} is no commit of this repository.")
    return done.stdout.strip()


def folder_of(commit: str) -> Path:
    """Return where all that belongs to a comparison with a commit is kept."""
    return KEPT / commit[:12]


def check_out(commit: str) -> Path:
    """Write a commit's files, and make its environment by its own Makefile; return the tree."""
    tree = folder_of(commit) / "tree"
    if not tree.exists():
        packed = subprocess.run(
            ["git", "archive", "--format=tar", commit], cwd=ROOT, capture_output=True, check=True
        ).stdout
        begun = tree.with_name("tree.begun")
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(begun, **SAFELY)
        begun.rename(tree)
    subprocess.run(["make", "--silent", ".venv/run"], cwd=tree, env=clean(), check=True)
    return tree


def clean() -> dict[str, str]:
    """Return the environment without what this run's make and settings would tell another's."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in _OF_MAKE and name != "DATABASE_URL" and not name.startswith("COMPTOIR_")
    }
