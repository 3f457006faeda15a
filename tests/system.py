"""Installs what the tests need from the system, where they may: Chromium and gettext on Debian.

    python -m tests.system [chromium] [gettext]

Where it may not (no root, no apt), the tests that need a missing program are skipped with one line;
with CI=true they fail instead.
"""

import os
import shutil
import subprocess
import sys

PROGRAMS = {"chromium": "chromium", "gettext": "xgettext"}


def missing(packages: list[str]) -> list[str]:
    """Return the packages whose program is not on the path."""
    return [package for package in packages if shutil.which(PROGRAMS[package]) is None]


def install(packages: list[str]) -> None:
    """Install Debian packages, quietly, when the process may."""
    if not packages or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"Installing {', '.join(packages)} for the tests…", flush=True)  # noqa: T201
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        subprocess.run(
            command,
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )


def main() -> None:
    """Install what is missing and say what could not be."""
    wanted = sys.argv[1:] or list(PROGRAMS)
    install(missing(wanted))
    for package in missing(wanted):
        print(f"{package} is not installed: the tests that need it are skipped.")  # noqa: T201


if __name__ == "__main__":
    main()
