"""Which moment a report speaks of: as it says, as its file names it, or as it was received."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.stock.arrivals.files import TillFile, read_file
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


@pytest.mark.parametrize(
    ("header", "written", "day"),
    [
        # The week's year: of the last days of December the next one, of the first of January
        # the last one.
        ("29/12/2026", "2025-12-29", "2025-12-29"),
        ("27/12/2026", "2025-12-27", "2025-12-27"),
        ("02/01/2026", "2027-01-02", "2027-01-02"),
        # Sent a few days later.
        ("31/12/2026", "2026-01-03", "2025-12-31"),
        # What the header says is right.
        ("29/12/2025", "2025-12-29", "2025-12-29"),
        ("02/01/2026", "2026-01-02", "2026-01-02"),
        # An old file, and one that is read long after.
        ("02/01/2026", "2026-11-28", "2026-01-02"),
        # No week of another year.
        ("26/12/2024", "2025-12-26", "2024-12-26"),
        ("04/01/2026", "2027-01-04", "2026-01-04"),
    ],
)
def test_a_tite_live_file_of_the_days_around_new_year(header, written, day, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 1, 5, 12, tzinfo=UTC))
    zone = ZoneInfo("Europe/Paris")
    content = f"EXTRACTION STOCK DU {header}\r\n1234{ean()}00030000000840\r\n"
    file = TillFile(
        shop=make_shop(),
        stream=BytesIO(content.encode()),
        actor=SYSTEM,
        format="asc",
        written=datetime.fromisoformat(written).replace(hour=18, tzinfo=zone),
    )
    # The end of a day is the midnight behind it.
    moment = read_file(file).as_of - timedelta(minutes=1)
    assert moment.astimezone(zone).date().isoformat() == day


@pytest.mark.parametrize("header", ["28/11/2027", "29/12/2026", "29/12/2027", "31/12/0001"])
def test_no_year_of_a_week_makes_a_day_to_come_one_that_is_past(header, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 28, 12, tzinfo=UTC))
    content = BytesIO(f"EXTRACTION STOCK DU {header}\r\n1234{ean()}00030000000840\r\n".encode())
    with pytest.raises(Invalid) as caught:
        read_file(TillFile(shop=make_shop(), stream=content, actor=SYSTEM, format="asc"))
    assert caught.value.code in {"future_moment", "bad_header"}
