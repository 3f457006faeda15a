"""Which moment a report speaks of: as it says, as its file names it, or as it was received."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.stock.errors import BadMoment
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Report
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf.moments import moment_of, moment_of_day
from tests.factories import ean, make_shop

pytestmark = pytest.mark.django_db


def test_moments():
    shop = make_shop(time_zone="Indian/Reunion", told_delay=90)
    at = datetime(2025, 10, 15, 12, tzinfo=UTC)
    assert moment_of(None, shop, at) == at - timedelta(minutes=90)
    naive = datetime(2025, 10, 15, 14, 2)  # noqa: DTZ001
    assert moment_of(naive, shop, at) == datetime(2025, 10, 15, 10, 2, tzinfo=UTC)
    assert moment_of(at + timedelta(minutes=5), shop, at) == at
    with pytest.raises(Invalid) as caught:
        moment_of(at + timedelta(minutes=6), shop, at)
    assert caught.value.code == "future_moment"


@pytest.mark.parametrize(
    "as_of",
    [
        datetime.fromisoformat("0001-01-01T00:00+14:00"),
        datetime(1, 1, 1),  # noqa: DTZ001
        datetime(2000, 1, 1, tzinfo=UTC),
    ],
)
def test_a_moment_long_gone_is_refused(as_of):
    lines = [StockLine(2, ean(), 1, 990)]
    given = {"format": "asc", "mode": "snapshot", "as_of": as_of, "actor": SYSTEM}
    with pytest.raises(BadMoment) as caught:
        take_report(Incoming(shop=make_shop(rings_up="end_of_day"), lines=lines, **given))
    assert caught.value.code == "old_moment"
    with override("fr"):
        assert "remonte à plus de dix ans" in str(caught.value.message)
    assert not Report.objects.exists()


def test_the_moment_of_a_day(monkeypatch):
    present = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: present)
    shop = make_shop(time_zone="Europe/Paris")
    day = datetime(2025, 10, 15, 21, tzinfo=ZoneInfo("Europe/Paris"))
    assert moment_of_day(day.date(), shop, day) == day
    end = datetime(2025, 10, 15, 22, tzinfo=UTC)
    assert moment_of_day(day.date(), shop) == end
    assert moment_of_day(day.date(), shop, day + timedelta(hours=5)) == end
    today = present.astimezone(ZoneInfo("Europe/Paris")).date()
    assert moment_of_day(today, shop) == present
    with pytest.raises(Invalid):
        moment_of_day(today + timedelta(days=1), shop)
    with pytest.raises(BadMoment):
        moment_of_day(date.min, shop)


# Files.
