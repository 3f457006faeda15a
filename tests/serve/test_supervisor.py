"""The supervisor keeps its children alive and leaves none behind, however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.patience import PATIENCE_SECONDS, until

CHILD = """
import os, pathlib, subprocess, sys, time
from comptoir.core.processes import follow_supervisor
follow_supervisor()
below = subprocess.Popen([sys.executable, "-c", os.environ["GRANDCHILD"], sys.argv[1]])
pathlib.Path(sys.argv[1], f"{os.getpid()}.child").write_text(str(below.pid))
time.sleep(600)
"""
GRANDCHILD = (
    "import os, pathlib, sys, time; from comptoir.core.processes import end_with_parent;"
    " end_with_parent(); pathlib.Path(sys.argv[1], f'{os.getpid()}.below').touch();"
    " time.sleep(600)"
)
SUPERVISOR = """
import sys
from comptoir.serve.supervisor import Child, Supervisor
words = ("-m", "child", sys.argv[1])
Supervisor([Child(name, words) for name in "ab"], lambda: None).run()
"""


def alive(key: int) -> bool:
    try:
        return psutil.Process(key).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(folder: Path) -> set[int]:
    """Return the keys of the children and grandchildren that ever were."""
    files = [path for path in folder.glob("*.child") if path.read_text()]
    return {int(path.stem) for path in files} | {int(path.read_text()) for path in files}


@pytest.fixture
def supervisor(tmp_path: Path):
    (tmp_path / "child.py").write_text(CHILD)
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, tmp_path],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "GRANDCHILD": GRANDCHILD},
    )
    until(lambda: len(family(tmp_path)) == 4)
    # One killed before its own children heed its end would leave them.
    until(lambda: len(list(tmp_path.glob("*.below"))) == 2)
    yield process
    process.kill()
    process.wait()
    for key in family(tmp_path):
        if alive(key):
            os.kill(key, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(supervisor, tmp_path: Path, number: signal.Signals) -> None:
    supervisor.send_signal(number)
    assert supervisor.wait(PATIENCE_SECONDS) == 0
    until(lambda: not any(map(alive, family(tmp_path))))


def test_killed_outright_it_leaves_no_orphan(supervisor, tmp_path: Path) -> None:
    supervisor.kill()
    until(lambda: not any(map(alive, family(tmp_path))))


def test_a_child_that_dies_is_started_again_and_its_own_children_end(
    supervisor, tmp_path: Path
) -> None:
    before = family(tmp_path)
    victim = next(path for path in tmp_path.glob("*.child"))
    os.kill(int(victim.stem), signal.SIGKILL)
    until(lambda: len(family(tmp_path)) == 6)
    until(lambda: not alive(int(victim.read_text())))
    assert len([key for key in before if alive(key)]) == 2
