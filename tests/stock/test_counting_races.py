"""Two who count, or count and receive, at one moment."""

from threading import Thread

import pytest
from django.db import connection, transaction

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.counts import operations, steps
from comptoir.stock.counts.operations import (
    Scan,
    take_scans,
)
from comptoir.stock.counts.steps import begin_applying
from comptoir.stock.models import (
    CountedTitle,
    Reason,
    StockMovement,
)
from comptoir.stock.shelf import ledger
from tests.concurrency.together import waiting
from tests.patience import PATIENCE_SECONDS, until
from tests.stock.scans import begin, ean, sell

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_phones_count_the_same_shelf_at_once(shop, shelf, monkeypatch, guarded) -> None:
    session = begin(shop)
    if not guarded:
        unnamed = operations._SCAN.replace("%(key)s", "left(%(key)s || random()::text, 40)")
        monkeypatch.setattr(operations, "_SCAN", unnamed)

    def phone(name: str) -> None:
        for number in range(20):
            # Each sends every scan twice, as on a bad line.
            for _again in range(2):
                one = Scan(key=f"{name}{number}", code=ean(1 + number % 2))
                take_scans(session=session, scans=[one], actor=SYSTEM)
        connection.close()

    threads = [Thread(target=phone, args=[name]) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {t.ean: t.copies for t in CountedTitle.objects.all()} == dict.fromkeys(
        [ean(1), ean(2)], 20 if guarded else 40
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_what_is_being_received_is_not_taken_for_gone(shop, shelf, monkeypatch, guarded) -> None:
    session = begin(shop, whole=True)
    if not guarded:
        monkeypatch.setattr(steps, "lock_alone", lambda shop_id: None)

    def close_it() -> None:
        begin_applying(session=session, zero_rest=True, actor=SYSTEM)
        connection.close()

    closing = Thread(target=close_it)
    with transaction.atomic():
        ledger.receive(shop=shop, ean=ean(1), quantity=2, actor=SYSTEM)
        closing.start()
        until(lambda: waiting() or not closing.is_alive())
        assert closing.is_alive() is guarded
        sell(shop, ean(2))
    closing.join(timeout=PATIENCE_SECONDS)
    found = {title.ean: title for title in session.titles.all()}
    assert set(found) == {ean(2), ean(3)} | (set() if guarded else {ean(1)})
    sold = StockMovement.objects.get(reason=Reason.SOLD)
    later = found[ean(2)].last_at > sold.happened_at
    assert (later, found[ean(2)].expected) == ((True, 2) if guarded else (False, 3))
