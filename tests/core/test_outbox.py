"""The outbox skips no transaction that commits late."""

import pytest

from comptoir.core import outbox
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import Early, Position, publish, read_after
from tests.late import committing_late

PRODUCT, OFFER = OutboxEntry.Topic.PRODUCT, OutboxEntry.Topic.OFFER


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_read_in_its_turn():
    with committing_late(lambda: publish(PRODUCT, [1])):
        publish(PRODUCT, [2])
        entries, position = read_after(Position())
        assert entries == []
    entries, position = read_after(position)
    assert entries == [("product", 1), ("product", 2)]
    assert read_after(position)[0] == []


@pytest.mark.django_db(transaction=True)
def test_a_follower_passes_by_what_is_not_its_own_once():
    publish(OFFER, range(1, 6))
    publish(PRODUCT, [7])
    publish(OFFER, range(6, 9))
    entries, position = read_after(Position(), topics=[PRODUCT])
    assert entries == [("product", 7)]
    assert position > max(Position(e.xid, e.id) for e in OutboxEntry.objects.all())
    publish(PRODUCT, [8])
    assert read_after(position, topics=[PRODUCT])[0] == [("product", 8)]


@pytest.mark.django_db(transaction=True)
def test_a_full_page_goes_on_where_it_ended():
    for key in range(5):
        publish(OFFER, [key])
    found, position = [], Position()
    for _page in range(3):
        entries, position = read_after(position, limit=2)
        found += entries
    assert found == [("offer", key) for key in range(5)]


def early_and_late(early: Early) -> list[list[tuple[str, int]]]:
    """Return what is heard before, while and after a transaction commits late."""
    with committing_late(lambda: publish(OFFER, [1])):
        publish(OFFER, [2])
        heard = [early.read(), early.read()]
        publish(OFFER, [3])
        heard.append(early.read())
    return [*heard, early.read(), early.read()]


@pytest.mark.django_db(transaction=True)
def test_who_hears_early_waits_for_nobody_misses_nothing_and_hears_it_once():
    heard = early_and_late(Early([OFFER]))
    assert heard == [[("offer", 2)], [], [("offer", 3)], [("offer", 1)], []]


@pytest.mark.django_db(transaction=True)
def test_without_the_horizon_what_commits_late_would_be_missed(monkeypatch):
    """Control: a position behind what was read, though something older still runs."""
    early = Early([OFFER])
    monkeypatch.setattr(outbox, "head", lambda: Position(2**62, 2**62))
    assert ("offer", 1) not in [entry for heard in early_and_late(early) for entry in heard]


@pytest.mark.django_db(transaction=True)
def test_too_much_to_tell_is_said_so():
    early = Early([OFFER])
    publish(OFFER, range(5))
    assert early.read(limit=5) is None
    publish(OFFER, [9])
    assert early.read() == [("offer", 9)]
