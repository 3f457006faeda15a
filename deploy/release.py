"""Makes a release of the commit at hand (`make release`): what an installation downloads.

Into `dist/` go the wheel and the sources of Comptoir, the wheel of the agent, `constraints.txt`
with the versions that the tests ran with, and `SHA256SUMS` of them all. Everything is made of what
is committed, so that the version tells what is in it; and anew with the commit's own time, so that
two builds of one commit are equal byte for byte.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"
_HEAD = "# With these versions Comptoir {} was tested: pip install --constraint constraints.txt …\n"
_DIRTY = """These files are not in the last commit, and a release is made of a commit:
{}
Commit them, put them away (git stash --include-untracked), or have git ignore them."""

_SHALLOW = """This checkout has the last commits only, so that nobody can count them, and its
version would be older than it is. Fetch the others: git fetch --unshallow --tags."""


def main(root: Path = ROOT) -> None:
    """Make the release, and say what it is."""
    _refuse_changes(root)
    folder = root / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    moment = _git(root, "log", "-1", "--format=%ct").strip()
    for where, kinds in ((root, ("sdist", "wheel")), (root / "agent", ("wheel",))):
        for kind in kinds:
            _build(where, kind, folder, moment)
    (wheel,) = folder.glob("comptoir-*.whl")
    version = wheel.name.split("-")[1]
    locked = (root / "requirements" / "run.txt").read_text(encoding="utf-8")
    text = _HEAD.format(version) + constraints(locked)
    (folder / "constraints.txt").write_text(text, encoding="utf-8")
    made = sorted(folder.iterdir())
    sums = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in made]
    (folder / SUMS).write_text("".join(sums), encoding="utf-8")
    for each in [*made, folder / SUMS]:
        print(f"{each.stat().st_size:>10}  {each.relative_to(root)}")


def constraints(locked: str) -> str:
    """Return the pinned versions of a lock, one a line, without its hashes and remarks.

    pip takes no wheel of ours beside constraints with hashes. They serve with the extra `embedded`
    and without: a constraint asks for nothing.
    """
    pins = re.findall(
        r"^([A-Za-z0-9._-]+==[^\s;\\]+(?: ; [^\\\n]+?)?)\s*\\?$", locked, re.MULTILINE
    )
    return "".join(f"{pin}\n" for pin in pins)


def _refuse_changes(root: Path) -> None:
    """Raises `SystemExit` where the tree is not what was committed, its commits cannot be counted,
    or it is no repository."""
    try:
        changed = _git(root, "status", "--porcelain")
        shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            "A release is made in a git checkout, with git installed: this is none."
        ) from error
    if changed:
        raise SystemExit(_DIRTY.format(changed.rstrip("\n")))
    if shallow:
        raise SystemExit(_SHALLOW)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", *words],  # noqa: S607
        cwd=root,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _build(where: Path, kind: str, folder: Path, moment: str) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)],
        cwd=where,
        env={**os.environ, "SOURCE_DATE_EPOCH": moment},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stdout)


if __name__ == "__main__":
    main()
