"""What a comparison with another commit computes, waits for, and leaves alone."""

import ast
import json
import math
import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import psutil
import psycopg
import pytest

import bench.__main__ as single
from bench.document import keep
from bench.pairs import aims, drain, growth, post
from bench.pairs.__main__ import MEASURES, aims_of
from bench.pairs.part import Part, Work, figures
from bench.pairs.processes import Meter, tree
from bench.pairs.ratios import Figure, is_more_better, order

ROOT = Path(__file__).resolve().parent.parent.parent
PAIRS = ROOT / "bench" / "pairs"


def test_sides_take_turns_in_going_first() -> None:
    went = [name for pair in range(4) for name in order(pair)]
    assert went == ["before", "after", "after", "before"] * 2


@pytest.mark.parametrize(
    ("name", "before", "after", "gain"),
    [
        ("reserve_hot_per_s", [90, 100, 300], [190, 200, 210], 2.0),
        ("availability_per_cpu_s", [200], [100], 0.5),
        ("search_page_p95_ms", [10, 20, 90], [4, 5, 6], 4.0),
        ("reserve_hot_cpu_ms", [5], [10], 0.5),
        ("reserve_hot_live_cpu_ms", [0], [0], 1.0),
    ],
)
def test_a_gain_is_how_many_times_better(name, before, after, gain) -> None:
    assert Figure(name, before=before, after=after).gain == gain


def test_the_gain_over_nothing_is_no_number() -> None:
    figure = Figure("form_jobs_cpu_ms", before=[1.0], after=[0.0])
    assert figure.gain == math.inf
    assert figure.written()["form_jobs_cpu_ms_gain"] is None


def test_a_name_that_does_not_tell_its_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="reserve_hot"):
        is_more_better("reserve_hot")


def test_each_pair_has_a_gain_of_its_own() -> None:
    figure = Figure("home_page_per_s", before=[100, 50], after=[110, 25])
    assert figure.gains == [1.1, 0.5]


@pytest.mark.parametrize(
    ("after", "pairs", "verdict"),
    [
        (95, 5, "no slower"),
        (94, 5, "SLOWER"),
        (200, 5, "no slower"),
        (94, 4, "fewer than 5 pairs"),
        (200, 4, "fewer than 5 pairs"),
    ],
)
def test_no_slower_is_nineteen_twentieths_over_five_pairs(after, pairs, verdict) -> None:
    figure = Figure("home_page_per_s", before=[100] * pairs, after=[after] * pairs)
    assert figure.verdict == verdict
    assert figure.is_slower == (verdict == "SLOWER")


def test_the_verdict_is_of_the_medians_not_of_one_bad_pair() -> None:
    assert not Figure("home_page_p50_ms", before=[10] * 5, after=[10, 10, 10, 10, 90]).is_slower
    assert Figure("home_page_p50_ms", before=[10] * 5, after=[10, 10, 11, 11, 11]).is_slower


def test_what_one_side_alone_has_stands_alone() -> None:
    assert Figure("new_per_s", after=[3, 1, 2]).written() == {"new_per_s": 2}
    assert Figure("old_per_s", before=[3]).written() == {"old_per_s_before": 3}


def test_a_turn_gives_rates_waits_and_processor_time_of_a_unit() -> None:
    part = Part("form", "order", lambda *_: None, lambda *_: Work(0, 0), by_jobs=True, by_cpu=True)
    work = Work(units=10, seconds=2.0, waits=[0.1, 0.2, 0.3])
    found = figures(part, work, until_jobs=5.0, spent={"web": 30.0, "postgresql": 10.0})
    assert found["form_per_s"] == 5
    assert found["form_jobs_done_per_s"] == 2
    assert found["form_p50_ms"] == pytest.approx(200)
    assert (found["form_cpu_ms"], found["form_web_cpu_ms"]) == (4, 3)
    assert found["form_per_cpu_s"] == 250


def test_a_figure_measured_anew_loses_what_an_older_comparison_said(tmp_path) -> None:
    target = tmp_path / "bench.json"
    keep({"a_per_s": 2.0, "a_per_s_before": 1.0, "a_per_s_gain": 2.0, "b_ms": 7.0}, {}, target)
    keep({"a_per_s": 3.0}, {"scale": "small"}, target)
    assert json.loads(target.read_text()) == {"a_per_s": 3.0, "b_ms": 7.0, "scale": "small"}


@pytest.fixture
def database(db) -> Iterator[psycopg.Connection]:
    """A connection to the tests' database that shares nothing with Django's, without jobs."""
    from django.db import connection

    known = connection.get_connection_params()
    named = ("dbname", "user", "password", "host", "port")
    params = {name: known[name] for name in named if known.get(name)}
    with psycopg.connect(**params, autocommit=True) as own:
        own.execute("BEGIN")
        own.execute("DELETE FROM procrastinate_jobs")
        yield own
        own.execute("ROLLBACK")


def _defer(database: psycopg.Connection, status: str, scheduled: str = "NULL") -> None:
    database.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at)"
        f" VALUES ('bench', 'bench', '{status}', {scheduled})".encode()
    )


@pytest.mark.parametrize(
    ("status", "scheduled", "waits"),
    [
        ("todo", "NULL", 1),
        ("todo", "now() - interval '1 hour'", 1),
        ("doing", "NULL", 1),
        ("todo", "now() + interval '1 hour'", 0),
        ("succeeded", "NULL", 0),
        ("failed", "NULL", 0),
    ],
)
def test_jobs_that_are_due_are_waited_for(database, status, scheduled, waits) -> None:
    _defer(database, status, scheduled)
    assert drain.waiting(database) == waits


def test_a_side_is_waited_for_until_its_last_job_is_done(database) -> None:
    for _ in range(3):
        _defer(database, "todo")
    seen = []

    def work(_seconds: float) -> None:
        seen.append(drain.waiting(database))
        database.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs)"
        )

    drain.until_no_job_waits(database, sleep=work)
    assert seen == [3, 2, 1]


def test_a_job_that_never_ends_is_told(database) -> None:
    _defer(database, "doing")
    with pytest.raises(drain.NeverDrainedError, match="1 jobs"):
        drain.until_no_job_waits(database, seconds=0, sleep=lambda _: None)


def test_a_side_is_waited_for_until_its_processes_rest() -> None:
    # At each look, what they took so far: twice much, then next to nothing.
    taken = iter([0.0, 400.0, 500.0, 501.0, 502.0])
    looks = []
    drain.until_quiet(lambda: {"web": next(taken)}, sleep=looks.append)
    assert len(looks) == 3


def test_processes_that_never_rest_are_told() -> None:
    taken = iter(range(0, 100_000, 10_000))
    with pytest.raises(drain.NeverDrainedError):
        drain.until_quiet(lambda: {"web": next(taken)}, seconds=0, sleep=lambda _: None)


_BURN = "import time\nwhile time.process_time() < 0.3: pass\n"


def test_the_time_of_a_process_that_ended_is_counted() -> None:
    before = tree(psutil.Process())
    subprocess.run([sys.executable, "-c", _BURN], check=True)
    assert tree(psutil.Process()) - before >= 250


def test_the_time_of_a_command_is_counted_apart() -> None:
    # This process stands for the server, the one that started it for PostgreSQL.
    meter = Meter(os.getpid(), os.getpid())
    subprocess.run([sys.executable, "-c", _BURN], check=True)
    assert meter.spent()["command"] >= 250


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _reached(start: list[Path]) -> dict[Path, set[str]]:
    """Return what each of these modules imports, and each module of bench that they lead to."""
    found: dict[Path, set[str]] = {}
    todo = list(start)
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found[path] = set(_imported(path))
        named = (ROOT / (name.replace(".", "/") + ".py") for name in found[path])
        todo += [other for other in named if other.is_file() and ROOT / "bench" in other.parents]
    return found


def test_nothing_of_comptoir_or_django_is_imported_to_measure() -> None:
    reached = _reached(sorted(PAIRS.rglob("*.py")))
    assert {ROOT / "bench" / "load.py", PAIRS / "measures" / "reserve.py"} <= reached.keys()
    inside = {
        f"{path.relative_to(ROOT)}: {name}"
        for path, names in reached.items()
        for name in names
        if name.split(".")[0] in {"comptoir", "django", "tests"}
    }
    assert inside == set()


def test_an_import_of_comptoir_would_be_noticed() -> None:
    reached = _reached([ROOT / "bench" / "reserve.py"])
    assert any(name.startswith("comptoir.") for names in reached.values() for name in names)


def test_every_measure_is_offered_and_named_once() -> None:
    there = {path.stem for path in (PAIRS / "measures").glob("[a-z]*.py")}
    assert set(MEASURES) == there
    parts = [part.name for name in MEASURES for part in parts_of(name)]
    assert len(parts) == len(set(parts))


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("form_per_s", 57, 300, "aim: 5 times, reached"),
        ("form_per_s", 57, 200, "aim: 5 times, MISSED"),
        ("mail_cpu_ms", 27, 2.9, "aim: at most 3, reached"),
        ("mail_cpu_ms", 13.5, 2.9, "aim: at most 1.5, MISSED"),
        ("mail_per_s", 50, 299, "aim: at least 300, MISSED"),
        ("memory_pss_mb", 900, 500, "aim: at most 400, MISSED"),
        ("form_p50_ms", 100, 10, ""),
    ],
)
def test_an_aim_is_of_what_the_other_commit_takes_that_day(name, before, after, said) -> None:
    figure = Figure(name, before=[before], after=[after])
    assert aims.verdict(figure, "small") == said


def test_only_the_commit_that_the_aims_were_set_by_has_aims() -> None:
    figure = Figure("form_per_s", before=[57], after=[300])
    assert aims_of(f"{aims.OF}{'0' * 33}", "small")(figure)
    assert not aims_of("5ed5d2d", "small")(figure)


@pytest.mark.parametrize("name", single.MEASURES)
def test_each_measure_can_be_run(name: str) -> None:
    assert callable(import_module(f"bench.{name}").run)


def test_a_mail_server_takes_mails() -> None:
    with post.office() as port, smtplib.SMTP("127.0.0.1", port) as server:
        for _ in range(2):
            assert server.sendmail("a@example.org", ["b@example.org"], "Subject: x\r\n\r\nx") == {}


def test_what_grows_is_measured() -> None:
    names = {part.name for m in growth.MEASURES for part in parts_of(m)}
    assert {name.removesuffix("_follower") for name in growth.SHOWN} <= names


def parts_of(measure: str) -> list[Part]:
    parts: list[Part] = import_module(f"bench.pairs.measures.{measure}").PARTS
    return parts
