"""Calendar files of events, read by two libraries: the hour is right on both sides of each night on
which clocks change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from django.test import Client
from django.utils import timezone

from comptoir.events.calendar import calendar
from comptoir.events.models import Event
from comptoir.events.operations import Place, cancel_event, change_event
from comptoir.shops.models import Shop
from tests.events.conftest import DETAILS, PARIS, wall
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db
NIGHTS = [wall(2026, 3, 29), wall(2026, 10, 25), wall(2027, 3, 28)]
"""On each the clocks of France change."""


def make_event(shop: Shop, starts: datetime, **fields: object) -> Event:
    """Return an event as it stands, whenever it is: nobody announces one that is past."""
    values = {"kind": "signing", "title": "Rencontre", "ends_at": starts + timedelta(hours=2)}
    return Event.objects.create(
        shop=shop, starts_at=starts, changed_at=timezone.now(), **(values | fields)
    )


def by_icalendar(body: bytes) -> Iterator[tuple[str, datetime, datetime]]:
    for entry in icalendar.Calendar.from_ical(body).walk("VEVENT"):
        yield str(entry["UID"]), entry.decoded("DTSTART"), entry.decoded("DTEND")


def by_vobject(body: bytes) -> Iterator[tuple[str, datetime, datetime]]:
    # It keeps the first rules of a zone that it meets for every later file, and prefers them.
    vobject.icalendar.__dict__["__tzidMap"].clear()
    for entry in vobject.readOne(body.decode()).vevent_list:
        yield entry.uid.value, entry.dtstart.value, entry.dtend.value


@pytest.mark.parametrize("night", NIGHTS, ids=lambda night: f"{night:%d-%m-%Y}")
@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Miquelon"])
@pytest.mark.parametrize("read", [by_icalendar, by_vobject])
def test_an_event_opens_at_the_right_hour(night, zone, read) -> None:
    shop, clock = make_shop(time_zone=zone), ZoneInfo(zone)
    wanted = {}
    for days in (-1, 0, 1, 180):
        for hour in (0, 1, 4, 15, 23):
            typed = (night + timedelta(days=days)).replace(hour=hour, tzinfo=clock)
            wanted[str(make_event(shop, typed.astimezone(UTC)).uid)] = typed
    events = Event.objects.select_related("shop")
    body = calendar(events, name="A", url="https://a.example", page=str)
    found = list(read(body))
    assert len(found) == len(wanted) == 20
    for uid, begins, ends in found:
        typed = wanted[uid]
        assert (begins.hour, begins.utcoffset()) == (typed.hour, typed.utcoffset()), typed
        assert begins.astimezone(UTC) == typed.astimezone(UTC), typed
        assert ends.astimezone(UTC) == typed.astimezone(UTC) + timedelta(hours=2), typed


def test_control_without_its_rules_a_clock_is_an_hour_off(client: Client) -> None:
    """What is compared above is the file's own VTIMEZONE, not what a library knows by itself."""
    event = make_event(make_shop(), datetime(2026, 10, 25, 15, tzinfo=PARIS).astimezone(UTC))
    body = client.get(f"/agenda/{event.pk}.ics").content
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Paris" in body
    wrong = body.replace(b"Europe/Paris", b"Here").replace(b"TZOFFSETTO:+0100", b"TZOFFSETTO:+0200")
    ((_uid, begins, _ends),) = by_vobject(wrong)
    assert begins.astimezone(UTC) != event.starts_at


def feed(client: Client, path: str = "/agenda.ics") -> dict[str, icalendar.Event]:
    body = client.get(path).content
    found = icalendar.Calendar.from_ical(body)
    assert vobject.readOne(body.decode()).contents.get("vevent", []) is not None
    return {str(each["UID"]): each for each in found.walk("VEVENT")}


def test_a_change_keeps_the_uid_and_raises_the_sequence(client, announce, shop, agathe) -> None:
    event = announce()
    assert feed(client)[str(event.uid)]["SEQUENCE"] == 0
    details = replace(DETAILS, title="Rencontre, suite ; et fin\\")
    change_event(shop=shop, event_id=event.pk, details=details, actor=agathe)
    entry = feed(client)[str(event.uid)]
    assert (entry["SEQUENCE"], entry["STATUS"]) == (1, "CONFIRMED")
    assert entry["SUMMARY"] == "Rencontre, suite ; et fin\\"
    cancel_event(shop=shop, event_id=event.pk, actor=agathe)
    entry = feed(client)[str(event.uid)]
    assert (entry["SEQUENCE"], entry["STATUS"]) == (2, "CANCELLED")
    assert entry["SUMMARY"].startswith("Annulé")


def test_a_shop_s_calendar_has_its_own_events_alone(client, announce, shop) -> None:
    other = make_shop()
    mine, theirs = announce(), announce(at=other, actor=make_staff(other).actor)
    assert set(feed(client)) == {str(mine.uid), str(theirs.uid)}
    assert set(feed(client, "/boutiques/pilori/agenda.ics")) == {str(mine.uid)}
    Shop.objects.filter(pk=shop.pk).update(paused_at=timezone.now())
    assert set(feed(client)) == {str(theirs.uid)}
    assert client.get("/boutiques/pilori/agenda.ics").status_code == 404


def test_what_is_over_for_a_month_is_no_longer_in_it(client, shop) -> None:
    lately = make_event(shop, timezone.now() - timedelta(days=30))
    make_event(shop, timezone.now() - timedelta(days=40))
    assert set(feed(client)) == {str(lately.uid)}


def test_text_cannot_end_a_line_and_begin_another(client, announce) -> None:
    event = announce(
        title="Rencontre",
        text="Un mot\nEND:VEVENT\nBEGIN:VEVENT\r\nATTENDEE:x",
        place=Place(venue="Salle; des, fêtes", postcode="79000", city="Niort"),
    )
    (entry,) = feed(client).values()
    assert "ATTENDEE" not in entry
    assert "END:VEVENT" in entry["DESCRIPTION"]
    assert entry["LOCATION"] == "Salle; des, fêtes, 79000 Niort"
    assert str(event.uid) in str(entry["UID"])


def test_a_file_is_asked_for_again_by_its_tag(client, announce) -> None:
    announce()
    first = client.get("/agenda.ics")
    assert "public" in first["Cache-Control"]
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert not first.cookies
    again = client.get("/agenda.ics", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    announce(title="Une autre")
    changed = client.get("/agenda.ics", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_feed_says_the_same_in_every_language(client, announce) -> None:
    announce()
    told = {client.get("/agenda.ics", headers={"Accept-Language": x}).content for x in ("fr", "en")}
    assert len(told) == 1
