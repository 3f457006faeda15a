"""Build the agent into one file that needs no Python, for the system this runs on.

`python agent/single.py [FOLDER]` with Python ≥ 3.11, on Windows, macOS or Linux: it makes an
environment of its own, installs what requirements/agent.txt pins there, packs the agent with
PyInstaller, starts what it has built once, and names it. The file runs on systems as new as this
one or newer, with this kind of processor.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = {"win32": "comptoir-agent.exe", "darwin": "comptoir-agent-macos"}


def main() -> None:
    """Build into the folder that is named, else `dist/`."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    name = NAMES.get(sys.platform, "comptoir-agent-linux")
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(Path(folder, "environment"))
        zipapp = Path(folder, "comptoir-agent.pyz")
        _run(python, "-c", _WRITE, zipapp, cwd=ROOT)
        source = Path(folder, "source")
        _run(python, "-m", "zipfile", "-e", zipapp, source)
        packed = ("--onefile", "--name", Path(name).stem, "--paths", source, "--log-level", "WARN")
        packed += ("--hidden-import", "comptoir._version")  # imported by its name
        places = ("--distpath", target, "--workpath", folder, "--specpath", folder)
        _run(python, "-m", "PyInstaller", *packed, *places, source / "__main__.py")
    built = target / name
    said = subprocess.run([built, "--version"], check=True, capture_output=True, text=True)  # noqa: S603
    print(f"{built}: {said.stdout.strip()}, {built.stat().st_size / 1e6:.1f} MB")  # noqa: T201


_WRITE = "import sys, pathlib; from comptoir.agent.package import write_zipapp as w; w(pathlib.Path(sys.argv[1]))"  # noqa: E501


def _environment(folder: Path) -> Path:
    """Make an environment with what the lock pins; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    lock = ROOT / "requirements" / "agent.txt"
    _run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock)
    return python


def _run(program: Path, *words: str | Path, cwd: Path | None = None) -> None:
    subprocess.run([program, *words], check=True, cwd=cwd)  # noqa: S603


if __name__ == "__main__":
    main()
