"""Tellings of long ago that changed nothing are forgotten; what a movement names never is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Report, StockMovement
from comptoir.stock.reports import retention
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.reports.retention import forget_old_reports
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(monkeypatch) -> list[Report]:
    """Three tellings of long ago, of which the first changed something, then a refused one."""
    monkeypatch.setattr(retention, "NEWEST_KEPT", 0)
    told = {"shop": make_shop(), "format": "asc", "mode": "snapshot", "actor": SYSTEM}
    book = make_product()
    made = [
        take_report(
            Incoming(
                as_of=timezone.now() - timedelta(hours=9 - hours),
                lines=[StockLine(1, book.ean, 3, 990)],
                **told,
            )
        )
        for hours in range(3)
    ]
    made.append(
        take_report(
            Incoming(
                as_of=timezone.now() - timedelta(hours=20),
                lines=[StockLine(1, book.ean, 3, 990)],
                **told,
            )
        )
    )
    return made


def forget(days: int = 91) -> list[int]:
    """Forget what is to go that many days from now; return the keys of what stays."""
    forget_old_reports(now=timezone.now() + timedelta(days=days))
    return list(Report.objects.order_by("pk").values_list("pk", flat=True))


def test_what_changed_nothing_goes_after_ninety_days(reports) -> None:
    assert [report.status for report in reports] == ["applied", "applied", "applied", "outdated"]
    assert len(forget(days=89)) == 4
    assert forget() == [reports[0].pk]


def test_a_feeds_newest_tellings_stay(reports, monkeypatch) -> None:
    monkeypatch.setattr(retention, "NEWEST_KEPT", 2)
    assert forget() == [reports[0].pk, reports[2].pk, reports[3].pk]


def test_what_a_movement_names_stays_whatever_its_counts_say(reports) -> None:
    Report.objects.update(changed_count=0)
    assert forget() == [reports[0].pk]
    assert StockMovement.objects.get().actor_id == reports[0].pk


def test_the_newest_snapshot_of_copies_stays_for_it_is_their_clock(reports) -> None:
    Report.objects.exclude(status="outdated").update(covers="copies")
    assert forget() == [reports[0].pk, reports[2].pk]
