"""The agent against the real server: what it takes, sends, keeps and says."""

import json
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from comptoir.agent import runner
from comptoir.agent.clock import Moments
from comptoir.agent.home import Rule, load
from comptoir.agent.runner import Agent
from comptoir.agent.server import Heard, Unsent
from comptoir.agent.spool import Spool
from comptoir.agent.status import status_of
from comptoir.stock.models import Offer, Report
from tests.agent.clocks import StillClock
from tests.factories import make_product
from tests.patience import PATIENCE_SECONDS, until

HOUR = 3600


def write(folder: Path, name: str, *, ago: float = 60, wrong: float = 0, **copies: int) -> Path:
    """Export a file as a till does whose clock is wrong by so many seconds."""
    path = folder / name
    lines = [f"{ean};{quantity}\r\n" for ean, quantity in copies.items()]
    path.write_text("ean;quantity\r\n" + "".join(lines), newline="")
    moment = time.time() - ago + wrong
    os.utime(path, (moment, moment))
    return path


def copies() -> dict[str, int]:
    return dict(Offer.objects.values_list("product__ean", "on_hand"))


def look(agent: Agent) -> None:
    """Look twice: a file must stay as it is between two looks."""
    agent.look()
    agent.look()


def send_all(agent: Agent) -> None:
    look(agent)
    while agent.send_next():
        pass


def sentences(agent: Agent, home: Path, running: bool = True) -> list[str]:
    found = status_of(agent.config, home, agent.clock.wall(), running=running)
    return [sentence.replace("\xa0", " ") for sentence in found.sentences]


def test_a_file_is_sent_once_with_its_moment(agent, folder, home) -> None:
    book = make_product()
    path = write(folder, "stock.csv", ago=600, **{book.ean: 3})
    send_all(agent)
    send_all(agent)
    assert copies() == {book.ean: 3}
    report = Report.objects.get()
    assert report.file_name == "stock.csv"
    assert abs(report.as_of.timestamp() - path.stat().st_mtime) < 0.01
    assert sentences(agent, home)[0].endswith("1 titre, tout est à jour.")
    assert not list((home / "spool").iterdir())


def test_the_same_content_told_later_is_fresher(agent, folder) -> None:
    book = make_product()
    write(folder, "stock.csv", ago=600, **{book.ean: 3})
    send_all(agent)
    later = write(folder, "stock.csv", ago=60, **{book.ean: 3})
    send_all(agent)
    assert Report.objects.count() == 2
    assert abs(Report.objects.latest("pk").as_of.timestamp() - later.stat().st_mtime) < 0.01


def test_a_copy_under_another_name_is_the_same_file(agent, folder) -> None:
    path = write(folder, "stock.csv", **{make_product().ean: 3})
    send_all(agent)
    os.utime(folder / "stock.csv")
    twin = folder / "stock (1).csv"
    twin.write_bytes(path.read_bytes())
    os.utime(twin, ns=(path.stat().st_mtime_ns, path.stat().st_mtime_ns))
    send_all(agent)
    assert Report.objects.count() == 2


def test_what_changed_is_kept_in_order_and_of_snapshots_the_newest(
    configured, folder, home
) -> None:
    book = make_product()
    rules = [Rule("*.full", "snapshot", "csv"), Rule("*.delta", "delta", "csv")]
    agent = Agent(configured(rules=rules), home)
    for number in range(3):
        write(folder, f"{number}.full", ago=100 - 2 * number, **{book.ean: 9})
        write(folder, f"{number}.delta", ago=99 - 2 * number, **{book.ean: number})
    look(agent)
    names = [one.name for one in agent.spool.waiting()]
    assert names == ["0.delta", "1.delta", "2.full", "2.delta"]
    assert len(list((home / "spool").iterdir())) == 4
    send_all(agent)
    assert copies() == {book.ean: 2}


def test_nothing_is_lost_when_it_ends_before_sending(configured, folder, home) -> None:
    book = make_product()
    config = configured()
    write(folder, "stock.csv", **{book.ean: 3})
    look(Agent(config, home))
    (folder / "stock.csv").unlink()
    send_all(Agent(config, home))
    assert copies() == {book.ean: 3}


def test_what_was_sent_but_not_acknowledged_is_not_doubled(agent, folder, monkeypatch) -> None:
    write(folder, "delta.csv", **{make_product().ean: 3})
    look(agent)
    with monkeypatch.context() as broken:
        broken.setattr(agent.spool, "close", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            agent.send_next()
    assert agent.send_next()
    assert Report.objects.count() == 1


@pytest.mark.parametrize("wrong", [HOUR, -HOUR, 20 * 365 * 86400, -11 * 365 * 86400])
def test_a_wrong_clock_is_corrected(agent, clock, folder, home, wrong) -> None:
    clock.wrong = wrong
    path = write(folder, "stock.csv", ago=600, wrong=wrong, **{make_product().ean: 3})
    send_all(agent)
    report = Report.objects.get()
    assert abs(report.as_of.timestamp() + wrong - path.stat().st_mtime) < 2
    assert "L’horloge de ce PC est fausse" in " ".join(sentences(agent, home))


def test_without_the_correction_the_moment_would_be_refused(
    agent, clock, folder, home, monkeypatch
) -> None:
    monkeypatch.setattr(runner.Moments, "of_file", lambda self, mtime, floor, sighted: mtime)
    clock.wrong = HOUR
    write(folder, "stock.csv", ago=600, wrong=HOUR, **{make_product().ean: 3})
    send_all(agent)
    assert not Report.objects.exists()
    assert "a été refusé" in " ".join(sentences(agent, home))


def test_a_file_written_before_the_clock_was_set_right_has_its_moment(agent, clock, folder) -> None:
    clock.wrong = HOUR
    write(folder, "first.csv", ago=600, wrong=HOUR, **{make_product().ean: 3})
    send_all(agent)
    written = time.time()
    write(folder, "delta.csv", ago=0, wrong=HOUR, **{make_product().ean: 1})
    clock.wrong = 0.0
    send_all(agent)
    report = Report.objects.latest("pk")
    assert abs(report.as_of.timestamp() - written) < 2


def test_a_time_that_nothing_explains_is_not_later_than_the_look_that_saw_it() -> None:
    clock = StillClock(1_000.0)
    moments = runner.Moments(clock, "", lambda _kept: None)
    moments.heard(1_000.0, took=0.0)
    clock.passed = 5.0
    sighted = clock.steady()
    clock.passed = 65.0
    assert moments.of_file(9_000.0, floor=1_004.0, sighted=sighted) == 1_005.0
    assert moments.of_file(1_004.5, floor=1_004.0, sighted=sighted) == 1_004.5


def test_a_time_by_a_clock_that_was_never_measured_is_no_older_than_the_look_before() -> None:
    clock = StillClock(1_000.0)
    moments = runner.Moments(clock, "", lambda _kept: None)
    moments.heard(1_000.0, took=0.0)
    clock.passed = 10.0
    assert moments.of_file(400.0, floor=1_005.0, sighted=10.0) == 400.0
    clock.started += 3_600.0
    moments.look()
    clock.started -= 3_600.0
    moments.look()
    moments.heard(1_010.0, took=0.0)
    assert moments.of_file(400.0, floor=1_005.0, sighted=10.0) == 1_005.0


def test_an_answer_long_on_its_way_does_not_change_the_order_of_files() -> None:
    clock = StillClock(1_000.0)
    moments = runner.Moments(clock, "", lambda _kept: None)
    moments.heard(1_000.0, took=0.0)
    clock.passed = 10.0
    moments.heard(1_009.6, took=0.4)
    first = moments.of_file(1_009.7, floor=1_009.0, sighted=10.0)
    second = moments.of_file(1_009.8, floor=1_009.0, sighted=9.9)
    assert (first, second) == (1_009.7, 1_009.8)


def test_an_answer_that_lay_about_is_not_taken_for_new() -> None:
    clock = StillClock(1_000.0)
    clock.passed = 7.0
    for at, offset in ((3.0, -3.0), (None, -7.0)):
        # The control: as if it had come just now.
        moments = Moments(clock, "", lambda _kept: None)
        moments.heard(1_000.0, took=0.0, at=at)
        assert moments.offset == offset


def test_a_slow_answer_is_asked_again_and_the_quickest_counts(agent, monkeypatch) -> None:
    clock = StillClock(1_000.0)
    took = iter([3.0, 0.4, 0.9, 0.5, 0.0])

    def ask() -> Heard:
        slow = next(took)
        clock.passed += slow
        return Heard({}, clock.wall() - slow, 0.0, slow, clock.steady())

    monkeypatch.setattr(agent.moments, "clock", clock)
    monkeypatch.setattr(agent._server, "ask", ask)
    agent.moments.heard(0.0, took=0.0)
    agent.moments._sure = False
    agent.send_next()
    assert agent.moments.offset == pytest.approx(-0.4)
    assert list(took) == [0.0]


def test_a_move_of_the_clock_is_known_after_a_restart(configured, clock, folder, home) -> None:
    config = configured()
    first = Agent(config, home, clock)
    first.look()
    first.send_next()
    written = time.time()
    for wrong in (HOUR, 2 * HOUR):
        clock.wrong = wrong
        first.look()
        if wrong == HOUR:
            write(folder, "delta.csv", ago=0, wrong=HOUR, **{make_product().ean: 1})
            look(first)
    send_all(Agent(config, home, clock))
    assert abs(Report.objects.get().as_of.timestamp() - written) < 2


def test_a_file_written_while_the_agent_was_off_has_its_moment(configured, folder, home) -> None:
    """The agent knows the server's time before it is sure that the file is whole."""
    config, clock = configured(settle_seconds=0.15), StillClock(time.time() - HOUR)
    first = Agent(config, home, clock)
    first.moments.heard(clock.wall(), took=0.0)
    first.look()
    first.moments.save()
    write(folder, "delta.csv", ago=600, **{make_product().ean: 1})
    clock.started += HOUR
    again = Agent(config, home, clock)
    again.look()
    assert not again.send_next()
    for _look in range(3):
        clock.passed += 0.1
        again.look()
    assert again.send_next()
    assert abs(Report.objects.get().as_of.timestamp() - (time.time() - 600)) < 30


def test_a_cut_connection_is_told_and_nothing_lost(agent, folder, home, monkeypatch) -> None:
    book = make_product()
    write(folder, "stock.csv", **{book.ean: 3})
    write(folder, "delta.csv", ago=30, **{book.ean: 2})
    look(agent)
    with monkeypatch.context() as cut:
        cut.setattr(agent._server, "_base", "http://127.0.0.1:9/nothing")
        with pytest.raises(Unsent, match="offline"):
            agent.send_next()
    state = json.loads(agent.spool.fact(runner.STATE))
    agent.spool.note(runner.STATE, json.dumps(state | {"cut_since": agent.clock.wall() - 725}))
    assert sentences(agent, home) == [
        "La connexion est coupée depuis 12 min, 2 fichiers attendent."
    ]
    send_all(agent)
    assert copies() == {book.ean: 2}


def test_a_token_that_is_not_known_is_told(configured, folder, home) -> None:
    agent = Agent(configured(token="cpt_unknown"), home)
    write(folder, "stock.csv", **{make_product().ean: 3})
    look(agent)
    with pytest.raises(Unsent, match="token"):
        agent.send_next()
    assert "n’accepte plus ce jeton, 1 fichier attend" in sentences(agent, home)[0]
    configured()
    send_all(Agent(load(home), home))
    assert Report.objects.count() == 1


def test_another_shop_is_told(configured, folder, home) -> None:
    agent = Agent(configured(shop="55210055400013"), home)
    write(folder, "stock.csv", **{make_product().ean: 3})
    look(agent)
    with pytest.raises(Unsent, match="shop"):
        agent.send_next()
    assert "Ce jeton n’est pas celui de la boutique 55210055400013" in sentences(agent, home)[0]


def test_a_refused_file_is_told_and_lets_the_next_one_pass(agent, folder, home) -> None:
    book = make_product()
    (folder / "bad.asc").write_text("nothing of a till")
    write(folder, "stock.csv", ago=-1, **{book.ean: 3})
    look(agent)
    assert agent.send_next()
    assert "bad.asc a été refusé : La ligne 1 doit" in " ".join(sentences(agent, home))
    send_all(agent)
    assert copies() == {book.ean: 3}


def test_a_held_back_file_is_told(agent, folder, home) -> None:
    books = [make_product() for _ in range(30)]
    write(folder, "stock.csv", ago=600, **{book.ean: 1 for book in books})
    send_all(agent)
    write(folder, "stock.csv", ago=60, **{books[0].ean: 1})
    send_all(agent)
    assert "stock.csv est bien reçu mais retenu" in " ".join(sentences(agent, home))
    assert sum(copies().values()) == 30


def test_the_run_that_works_is_the_only_one(agent, home, folder) -> None:
    assert "L’agent ne tourne pas" in sentences(agent, home, running=False)[-1]


def test_a_missing_folder_is_told(configured, folder, home) -> None:
    agent = Agent(configured(folder=str(folder / "gone")), home)
    look(agent)
    assert f"Le dossier {folder / 'gone'} ne peut pas être lu" in sentences(agent, home)[-1]


def test_a_spool_that_is_full_takes_no_more(agent, folder, monkeypatch) -> None:
    monkeypatch.setattr("comptoir.agent.spool.FULL_BYTES", 1)
    write(folder, "a-delta.csv", **{make_product().ean: 3})
    look(agent)
    write(folder, "b-delta.csv", ago=30, **{make_product().ean: 3})
    look(agent)
    assert len(agent.spool.waiting()) == 1
    assert agent.send_next()
    look(agent)
    assert len(agent.spool.waiting()) == 1


def test_a_copy_that_somebody_deleted_is_told_and_lets_the_next_one_pass(
    agent, folder, home
) -> None:
    write(folder, "a-delta.csv", **{make_product().ean: 3})
    look(agent)
    (one,) = (home / "spool").iterdir()
    one.unlink()
    assert agent.send_next()
    assert "sa copie a disparu" in " ".join(sentences(agent, home))
    assert agent.spool.waiting() == []


def test_the_server_is_asked_for_its_clock_before_any_file_comes(agent, clock) -> None:
    clock.wrong = HOUR
    agent.look()
    assert not agent.send_next()
    assert agent.moments.sure
    clock.wrong = -HOUR
    agent.look()
    assert not agent.moments.sure
    assert not agent.send_next()
    assert agent.moments.sure


def test_a_copy_without_a_row_is_swept_and_its_file_taken_again(agent, folder, home) -> None:
    (home / "spool" / "0123-1.gz").write_bytes(b"half")
    agent.spool.sweep()
    assert not list((home / "spool").iterdir())
    assert Spool(home).waiting() == []


def test_looking_goes_on_when_the_spool_fails_for_a_while(configured, folder, home) -> None:
    agent = Agent(configured(url="http://127.0.0.1:9", first_wait=0.02, longest_wait=0.05), home)
    write(folder, "stock.csv", **{make_product().ean: 1})
    working_on = threading.Thread(target=agent.run)
    with closing(sqlite3.connect(home / "spool.sqlite3")) as spool:
        spool.execute("ALTER TABLE seen RENAME TO away")
        working_on.start()
        time.sleep(0.3)
        assert not spool.execute("SELECT 1 FROM files").fetchall()
        assert working_on.is_alive()
        spool.execute("ALTER TABLE away RENAME TO seen")
        until(lambda: spool.execute("SELECT 1 FROM files").fetchall())
    agent.stop()
    working_on.join(PATIENCE_SECONDS)
    assert not working_on.is_alive()
