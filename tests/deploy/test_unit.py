"""The unit of systemd that is shipped: systemd takes it, and finds it closed enough."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.fronts import DEPLOY, program, replaced

UNIT = "comptoir.service"
EXPOSED = "20"
"""Ten times the most exposure that systemd may find, of 10; a unit with no such line has 9.2."""


def ask(folder: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Ask `systemd-analyze` about a unit, which is to name a program that is there."""
    path = folder / UNIT
    path.write_text(replaced(text, **{"/opt/comptoir/bin/comptoir": sys.executable}))
    command = [*program("systemd-analyze"), *words, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def unit() -> str:
    return (DEPLOY / UNIT).read_text(encoding="utf-8")


def test_systemd_takes_it(unit: str, tmp_path: Path) -> None:
    done = ask(tmp_path, unit, "verify")
    assert (done.returncode, done.stderr) == (0, "")
    done = ask(tmp_path, unit.replace("ProtectHome=", "ProtectHouse="), "verify")
    assert "ProtectHouse" in done.stderr


def test_it_is_closed(unit: str, tmp_path: Path) -> None:
    words = ("security", "--offline=true", "--no-pager", f"--threshold={EXPOSED}")
    done = ask(tmp_path, unit, *words)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze is older than 250")
    assert done.returncode == 0, done.stdout[-200:]
    bare = re.sub(r"(?m)^(Protect|Private|Restrict|Capab|System|No|Memory).*\n", "", unit)
    assert ask(tmp_path, bare, *words).returncode != 0


def test_it_writes_in_one_folder_and_reads_one_environment(unit: str) -> None:
    lines = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    assert lines["EnvironmentFile"] == "/etc/comptoir/comptoir.env"
    assert (lines["ProtectSystem"], lines["NoNewPrivileges"]) == ("strict", "true")
    assert lines["Environment"] == f"COMPTOIR_VAR=/var/lib/{lines['StateDirectory']}"
