"""What the tests of counts do again and again."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.counts.operations import (
    Scan,
    start_count,
    take_scans,
)
from comptoir.stock.counts.steps import apply_some, begin_applying
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import (
    CountStatus,
    Offer,
    Reason,
    StockCount,
    StockMovement,
)
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import checks, ledger
from tests import factories

NUMBERS = count(1)


def ean(number: int) -> str:
    """Return an EAN that no other product of the tests has."""
    return factories.ean(91_000_000 + number)


def begin(shop, whole: bool = False) -> StockCount:
    session = start_count(shop=shop, name="Rayon poésie", whole=whole, actor=SYSTEM)
    # The tests count in no time: a count that began a while ago.
    session.started_at = timezone.now() - timedelta(minutes=30)
    session.save()
    return session


def scan(session, code: str, times: int = 1, *, minutes_ago: float = 0, **more) -> None:
    age = timedelta(minutes=minutes_ago)
    keys = [f"key-{next(NUMBERS)}" for _each in range(times)]
    scans = [Scan(key=key, code=code, age=age, **more) for key in keys]
    assert take_scans(session=session, scans=scans, actor=SYSTEM) == []


def apply(session, *, zero_rest: bool = False) -> None:
    begin_applying(session=session, zero_rest=zero_rest, actor=SYSTEM)
    while apply_some(session.pk, step=2):
        pass
    assert StockCount.objects.get(pk=session.pk).status == CountStatus.APPLIED
    assert list(checks.problems()) == []


def left(shop) -> list[int]:
    return list(Offer.objects.filter(shop=shop).order_by("ean").values_list("on_hand", flat=True))


def sell(shop, code: str, minutes_ago: float = 0) -> None:
    ledger.sell(shop=shop, ean=code, actor=SYSTEM)
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    StockMovement.objects.filter(reason=Reason.SOLD).update(happened_at=moment)
    Offer.objects.filter(ean=code).update(moved_at=moment)


def tell(shop, copies: int) -> None:
    lines = [StockLine(n, ean(n), copies if n == 1 else 3) for n in (1, 2, 3)]
    take_report(
        Incoming(shop=shop, format="csv", mode="snapshot", as_of=None, lines=lines, actor=SYSTEM)
    )
