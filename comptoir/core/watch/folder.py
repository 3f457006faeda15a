"""Where the processes of a node count together. It comes before the library that counts there: that
looks for the folder as it is loaded."""

import os
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def begin_anew(folder: Path) -> None:
    """Have this process, and those that it begins from now on, count in a folder, from nothing. To
    be called before any of them runs, and before `numbers` is loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.db"):
        path.unlink(missing_ok=True)
    os.environ[FOLDER] = str(folder)
