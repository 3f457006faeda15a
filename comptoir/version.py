"""Which version this is: of a built package what it was given, of a tree of sources what git tells.

A version is the tag, else the next one's `.devN+gHASH`: the number of commits since the tag, and
the commit (setuptools-scm). Without git an unpacked archive of a commit tells it by
`.git_archival.txt`; a mere copy is known by its files. So no two commits have the same.
"""

import hashlib
import re
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAST = "0.1"
"""What was built before there were tags: what comes next sorts after it."""
NEXT = "0.2.dev0"
_UNKNOWN = {"0.0", LAST}


@cache
def running() -> str:
    """Return the version of the code that runs, as it was when this process first asked."""
    try:
        built: str = import_module("comptoir._version").VERSION
    except ModuleNotFoundError:
        return of_tree()
    return built


def of_tree(root: Path = ROOT) -> str:
    """Return the version of a tree of sources as it is now (`pyproject.toml` asks this)."""
    found = _of_git(root)
    if found not in _UNKNOWN:
        return found
    return f"{NEXT}+{_archived(root) or _copied(root)}"


def _of_git(root: Path) -> str:
    """Return what setuptools-scm finds; `LAST` where it or git is missing or knows nothing."""
    try:
        from setuptools_scm import get_version
    except ImportError:
        return LAST
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: str = get_version(str(root), fallback_version=LAST)
    return found


def _archived(root: Path) -> str:
    """Return the commit of which git made this archive, which had no tag to count from."""
    try:
        text = (root / ".git_archival.txt").read_text(encoding="utf-8")
    except OSError:
        return ""
    node = re.search(r"^node: ([0-9a-f]{9})", text, re.MULTILINE)
    return f"g{node[1]}" if node else ""


def _copied(root: Path) -> str:
    """Return a name of the files themselves: nobody knows their commit."""
    digest = hashlib.sha256()
    for path in sorted((root / "comptoir").rglob("*")):
        if path.is_file() and path.suffix not in {".pyc", ".mo"}:
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"files.{digest.hexdigest()[:9]}"
