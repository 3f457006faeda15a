"""A process is a fork of who begins it: it has what that loaded, and nothing of the others."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from comptoir.serve import birth
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.skipif(not birth.FORKS, reason="no fork on this system")

CHILD = """
import json, os, pathlib, signal, socket, sys
def port(key):
    try:
        return socket.socket(fileno=os.dup(key)).getsockname()[1]
    except OSError:
        return None
keys = [int(name) for name in os.listdir("/dev/fd")]
pathlib.Path(sys.argv[1]).write_text(json.dumps({
    "loaded": "loaded" in sys.modules,
    "lent": port(int(sys.argv[2])) if sys.argv[2:] else None,
    "ports": sorted(filter(None, map(port, keys))),
    "argv": sys.argv[1:],
    "leads": os.getsid(0) == os.getpid(),
    "title": pathlib.Path("/proc/self/cmdline").read_text().strip("\\0"),
    "supervisor": int(os.environ["COMPTOIR_SUPERVISOR"]) == os.getppid(),
    "stdin": sys.stdin.read(),
    "signals": os.environ["SIGNALS"] == repr([signal.getsignal(n) for n in (2, 15, 1)]),
}))
raise SystemExit(7)
"""
PARENT = """
import os, signal, sys, types
from comptoir.serve import birth, sockets
sys.modules["loaded"] = types.ModuleType("loaded")
os.environ["SIGNALS"] = repr([signal.getsignal(n) for n in (2, 15, 1)])
for number in birth.SIGNALS:
    signal.signal(number, print)
mine, other = sockets.listen("127.0.0.1", 0), sockets.listen("127.0.0.1", 0)
sockets.leave_to_successor(mine, other)
lent = [mine.fileno()] if sys.argv[2:] else []
child = birth.begin(("-m", "child", sys.argv[1]), lent, os.path.dirname(sys.argv[1]))
print(child.wait(), child.poll(), mine.getsockname()[1])
"""


@pytest.mark.parametrize("lends", [True, False])
def test_a_process_has_what_was_loaded_and_what_it_was_lent_alone(tmp_path: Path, lends: bool):

    (tmp_path / "child.py").write_text(CHILD)
    found = tmp_path / "found"
    words = [sys.executable, "-c", PARENT, str(found), *(["lent"] if lends else [])]
    done = subprocess.run(
        words,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdin=subprocess.PIPE,
        # Whoever started the tests in the background may ignore an interruption.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    ended, polled, port = map(int, done.stdout.split())
    assert (ended, polled) == (7, 7)
    told = json.loads(found.read_text())
    assert told["loaded"]
    assert told["ports"] == ([port] if lends else [])
    assert told["lent"] == (port if lends else None)
    assert told["leads"]
    assert told["supervisor"]
    assert told["signals"]
    assert told["stdin"] == ""
    assert told["title"].endswith(" ".join(["-m", "child", *told["argv"]]))


APART = """
import os, signal, sys
from comptoir.serve import birth
wait = birth.apart(lambda: sys.exit(int(sys.argv[1])))
print(os.getpid(), wait())
"""


@pytest.mark.parametrize("status", [0, 3])
def test_work_apart_tells_how_it_ended(status: int):
    words = [sys.executable, "-c", APART, str(status)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.split()[1:] == [str(status)]


NICE = """
import os, pathlib
from comptoir.serve import birth
group = pathlib.Path("/proc/self/autogroup")
def tell():
    session = group.read_text().split()[-1] if group.exists() else "none"
    print(os.getpriority(os.PRIO_PROCESS, 0), session)
os.setpriority(os.PRIO_PROCESS, 0, 3)
tell()
birth.give_way(0)
tell()
birth.give_way(7)
tell()
"""


def test_a_process_gives_way_and_so_does_its_session():
    """The control: one that is nice by itself alone is so to nobody outside its session."""
    done = subprocess.run(
        [sys.executable, "-c", NICE],
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
    )
    session = Path("/proc/self/autogroup")
    before, after = "none", "none"
    if session.exists():
        before, after = "0", "7" if os.access(session, os.W_OK) else "0"
    assert done.stdout.split() == ["3", before, "3", before, "7", after]


@pytest.mark.parametrize(("answers", "tries"), [([], 1), ([BlockingIOError] * 2, 3)])
def test_who_may_not_say_so_yet_says_it_again(monkeypatch, tmp_path, answers, tries):
    """Linux lets who is not root say it ten times a second, all together."""
    said: list[str] = []

    class Session:
        def write_text(self, text: str) -> None:
            said.append(text)
            if len(said) <= len(answers):
                raise answers[len(said) - 1]

    monkeypatch.setattr(birth, "AUTOGROUP", Session())
    monkeypatch.setattr(birth, "_BETWEEN_SECONDS", 0)
    monkeypatch.setattr(os, "setpriority", lambda *_words: None)  # these tests give way to nobody
    birth.give_way(7)
    assert said == ["7"] * tries


LOADED = """
import sys
import django
from comptoir.serve import birth
django.setup()
birth.load()
from comptoir.shops import gazetteer
print(gazetteer._read.cache_info().currsize)
print(*(name for name in ("phonenumbers.geodata", "fpdf", "biip") if name in sys.modules))
"""
BROKEN = """
import django, logging
from comptoir.serve import birth
django.setup()
birth._LOADED = ("comptoir.nowhere",)
birth.load()
print("goes on")
"""


def run_apart(script: str, var: Path) -> subprocess.CompletedProcess[str]:
    """Run a script with settings of its own: those of the tests belong to the process that runs
    them."""
    return subprocess.run(
        [sys.executable, "-c", script],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "comptoir.config.settings",
            "COMPTOIR_VAR": str(var),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_towns_are_read_before_the_processes_are_forked_and_nothing_large_that_few_ask_for(
    tmp_path,
):
    done = run_apart(LOADED, tmp_path)
    assert (done.returncode, done.stdout) == (0, "1\n\n"), done.stderr


def test_what_cannot_be_loaded_beforehand_stops_nobody(tmp_path):
    done = run_apart(BROKEN, tmp_path)
    assert (done.returncode, done.stdout) == (0, "goes on\n"), done.stderr
    assert "comptoir.nowhere" in done.stderr
