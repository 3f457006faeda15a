"""Closed doors in words: what lists, pages, mails and programs say of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from comptoir.core.words import clock, day_and_time, until
from comptoir.shops.doors.rules import Door


def until_when(door: Door, zone: ZoneInfo, now: datetime) -> str:
    """Return until when they are closed: `jusqu’au samedi 12 mai à 8 h`, `jusqu’à nouvel ordre`."""
    return _("until further notice") if door.ends is None else until(door.ends, zone, now)


def in_short(door: Door, zone: ZoneInfo, now: datetime) -> str:
    """Return what a line of a list says: `porte close jusqu’à nouvel ordre, retrait à la porte`."""
    told = _("doors closed %(until)s, no reservations")
    if door.by_slots:
        told = _("doors closed %(until)s, collection at the door")
    return told % {"until": until_when(door, zone, now)}


def sentences(door: Door, zone: ZoneInfo, now: datetime) -> str:
    """Return what the banner of a shop says, before the words of whoever closed."""
    told = _(
        "The doors are closed to the public %(until)s. There are no new reservations; search,"
        " lists and alerts go on, and you can call or write."
    )
    if door.by_slots:
        told = _(
            "The doors are closed to the public %(until)s. You can reserve, and collect at the"
            " door at a time that you choose."
        )
    return told % {"until": until_when(door, zone, now)}


def sentences_of_network(door: Door, zone: ZoneInfo, now: datetime) -> str:
    """Return what the banner for all shops of a network says."""
    told = _(
        "%(network)s: the doors of its shops are closed to the public %(until)s. There are no new"
        " reservations; search, lists and alerts go on."
    )
    if door.by_slots:
        told = _(
            "%(network)s: the doors of its shops are closed to the public %(until)s. One reserves,"
            " and collects at the door at a time that one chooses."
        )
    return told % {"network": door.network, "until": until_when(door, zone, now)}


def until_doors_open() -> str:
    """Return until when copies are kept where nobody knows when the doors open."""
    return _("until the shop opens its doors again, and some days more")


def slot_in_words(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> str:
    """Return a slot: `samedi à 15 h (jusqu’à 15 h 15)`; nothing for none."""
    if start is None or end is None:
        return ""
    values = {"when": day_and_time(start, zone), "end": clock(end, zone)}
    # Translators: a day and a time, then a time of the same day.
    return _("%(when)s (until %(end)s)") % values


def preview(door: Door, zone: ZoneInfo, now: datetime) -> str:
    """Return what readers will see of doors, of a shop or of a network's shops, now or from when on
    they are closed."""
    if door.begins > now:
        return planned(door, zone, now)
    return (sentences_of_network if door.network else sentences)(door, zone, now)


def planned(door: Door, zone: ZoneInfo, now: datetime) -> str:
    """Return what is said of doors that will be closed."""
    from_when = day_and_time(door.begins, zone, now)
    # Translators: a day and a time, then what holds from then on.
    return _("From %(when)s: %(said)s.") % {"when": from_when, "said": in_short(door, zone, now)}
