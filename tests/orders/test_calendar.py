"""The calendar file of a reservation: what it says, and its form (RFC 5545, 3.1 and 3.3.11)."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from icalendar.parser import Contentline

from comptoir.orders.calendar import _line, calendar
from comptoir.shops.models import Shop

NAMES = [
    "Librairie du Pilori",
    'Livres, disques; "et" \\ le reste',
    "Où l’on lit très très longtemps – et même davantage encore, jusqu’à la fermeture",
    "Pilori\r\nATTENDEE:mailto:somebody@example.org",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_file_says_when_and_where(order, name):
    Shop.objects.filter(pk=order.shop_id).update(name=name)
    order.shop.refresh_from_db()
    file = calendar(order, url="https://comptoir.example/reservation/" + "x" * 60)
    lines = file.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    assert file.decode()
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert event["UID"].startswith(f"{order.token}@")
    assert event.decoded("DTEND") == order.deadline.replace(microsecond=0)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
    assert str(event.decoded("DTSTAMP").tzinfo) == "UTC"
    assert str(event["LOCATION"]).startswith(name.replace("\r\n", "\n"))
    assert name.replace("\r\n", "\n") in str(event["SUMMARY"])
    assert "ATTENDEE" not in event
    assert [str(each["TRIGGER"].dt) for each in event.walk("VALARM")] == ["-1 day, 21:00:00"]


@pytest.mark.parametrize("length", [0, 1, 69, 70, 71, 72, 143, 144, 145, 146, 300])
@pytest.mark.parametrize("sign", ["x", "é", "\\,", "^", " "])
def test_a_line_is_folded_as_icalendar_does(sign, length):
    value = "x" + sign * length
    assert _line("URL", value) == Contentline(f"URL:{value}").to_ical() + b"\r\n"


def test_no_line_is_slipped_in_by_a_value():
    with pytest.raises(AssertionError):
        _line("URL", "x\nATTENDEE:mailto:somebody@example.org")
