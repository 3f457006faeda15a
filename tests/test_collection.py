"""Every process that collects the tests finds the same ones: xdist's workers run nothing else."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("PYTEST_", "COMPTOIR_", "PYTHONHASHSEED")


def collect(folder: Path, *words: str, seed: int) -> list[str]:
    """Return the names of the tests that a new process finds, with this hash seed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={**environment, "PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def differing(folder: Path, *words: str) -> set[str]:
    """Return the names that one of two collections has alone, a second and a hash seed apart."""
    first = collect(folder, *words, seed=1)
    # It is the clock that is to differ: gzip, for one, writes its second.
    time.sleep(1.1)
    return compared(first, collect(folder, *words, seed=2))


def compared(first: list[str], second: list[str]) -> set[str]:
    """Return the names that differ, in their order too: a worker is told which to run by their
    number."""
    assert first
    assert len(first) == len(second)
    return {name for pair in zip(first, second, strict=True) if pair[0] != pair[1] for name in pair}


def found_here(session: pytest.Session) -> list[str]:
    """Return the names that this process has found: it began with a hash seed of its own, more
    than a second ago. Where it looked at some of the tests alone, another process looks at all."""
    option = session.config.option
    asked = option.file_or_dir or option.keyword or option.markexpr or option.deselect
    if asked or os.environ.get("PYTHONHASHSEED") == "2":
        return collect(ROOT, seed=1)
    return [item.nodeid for item in session.items]


def test_two_processes_collect_the_same_tests(request: pytest.FixtureRequest) -> None:
    assert compared(found_here(request.session), collect(ROOT, seed=2)) == set()


NAMED = {
    "second": "gzip.compress(b'stock')",
    "moment": "str(datetime.datetime.now())",
    "chance": "random.random()",
    "seed": "''.join({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})",
    "hash": "hash('stock')",
    "process": "os.getpid()",
}


def test_what_a_clock_a_seed_or_a_process_names_is_found_out(tmp_path) -> None:
    """The control."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for name, value in NAMED.items():
        (tmp_path / f"test_{name}.py").write_text(
            "import datetime, gzip, os, pytest, random\n"
            f"@pytest.mark.parametrize('value', [{value}, 'the same'])\n"
            "def test_named(value): pass\n",
            encoding="utf-8",
        )
    found = differing(tmp_path, "-p", "no:django")
    assert {name.partition(".py")[0] for name in found} == {f"test_{name}" for name in NAMED}
    assert not [name for name in found if "the same" in name]
