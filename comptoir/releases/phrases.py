"""Release days in words, in the reader's language, on the clock of a shop."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.core.words import clock, dated
from comptoir.releases.models import OneEach
from comptoir.releases.rules import Rule


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return a moment with its date: `samedi 17 avril à 8 h`. Of a release the date is part of the
    name: a weekday alone would be read as this week's."""
    local, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    # Translators: a day with its date, then a time of day.
    return pgettext("release", "%(day)s, %(time)s") % {
        "day": dated(local, today),
        "time": clock(at, zone),
    }


def from_moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return since when something can be had: `from Saturday, April 17, 8 AM`."""
    return _("from %(moment)s") % {"moment": moment(at, zone, now)}


def rules_in_words(rule: Rule, zone: ZoneInfo, now: datetime) -> list[str]:
    """Return what a release asks of readers, a sentence a rule."""
    said = [
        _("Sold at the counter %(from)s.") % {"from": from_moment(rule.sale_at, zone, now)},
        _("Reserved %(from)s.") % {"from": from_moment(rule.holds_at, zone, now)},
    ]
    if rule.online_at != rule.holds_at:
        said.append(
            _("What is left is posted %(from)s.") % {"from": from_moment(rule.online_at, zone, now)}
        )
    if rule.one_each == OneEach.TITLE:
        said.append(_("One copy of each title a person."))
    elif rule.one_each == OneEach.RELEASE:
        said.append(_("One copy a person of the whole list."))
    if rule.text:
        said.append(rule.text)
    return said
