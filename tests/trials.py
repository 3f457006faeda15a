"""The trials: what is hurt, raced or drawn at random, from one seed and at one length.

`make test` plays each of them shortly. `make proof SEED=… HOURS=…` plays those marked `proof` at
length: the same seed and hours, the same draws. What is counted on the way is printed at the end.
"""

import os
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

SEED = int(os.environ.get("SEED") or 7)
HOURS = float(os.environ.get("HOURS") or 0)
PER_HOUR = 160
"""How many times the trials of `make test`, some 22 seconds, fill an hour of two processors."""
LENGTH = max(1, round(HOURS * PER_HOUR))

_counted: Counter[str] = Counter()
_totals: dict[str, Counter[str]] = {}

# Neither what another machine remembers nor how slow this one is changes what is drawn.
settings.register_profile(
    "trials",
    max_examples=max(100, 50 * LENGTH),
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("trials")


def times(few: int) -> int:
    """Return how often something is done that `make test` does a few times."""
    return few * LENGTH


def seeds(few: int) -> range:
    """Return the seeds of trials that are each drawn from one of their own."""
    return range(SEED * 1000, SEED * 1000 + times(few))


def dice(name: str) -> random.Random:
    """Return what a trial draws from: the seed and its name alone say what comes."""
    return random.Random(f"{SEED} {name}")


def tally(what: str, number: int = 1) -> None:
    """Note that so much was tried by the test that runs."""
    _counted[what] += number


def pytest_load_initial_conftests(args: list[str]) -> None:
    """Have Hypothesis draw from the seed."""
    if not any(word.startswith("--hypothesis-seed") for word in args):
        args.append(f"--hypothesis-seed={SEED}")


def pytest_report_header() -> str:
    """Say what the trials are drawn from."""
    return f"trials: SEED={SEED} HOURS={HOURS:g} (each {LENGTH} × what make test does)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Carry what a test counted, and say of one that failed how to try it again."""
    report = yield
    if call.when == "call":
        report.user_properties.append(("counted", dict(_counted)))
        _counted.clear()
    if report.failed and item.get_closest_marker("proof"):
        again = f"SEED={SEED} HOURS={HOURS:g} .venv/bin/pytest '{item.nodeid.split('@')[0]}'"
        report.sections.append(("the same again", again))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what was counted, whichever worker counted it."""
    for name, value in report.user_properties:
        if name == "counted" and value and report.when == "call":
            file = report.nodeid.partition("::")[0]
            _totals.setdefault(file, Counter()).update(value)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was counted."""
    if _totals:
        terminalreporter.section("trials")
        terminalreporter.line(pytest_report_header())
    for file, counted in sorted(_totals.items()):
        told = ", ".join(f"{number} {what}" for what, number in sorted(counted.items()))
        terminalreporter.line(f"{file}: {told}")
