"""How sure a shown copy is. Pure: no database, no clock.

A figure may be right as of its moment and wrong by now: copies are sold that the till reports
later, stolen, or stand where nobody searches. From what is known already, `risk` is the chance
that the copy promised next is not there. That chance, and what contradicts the figure, give an
offer its grade (`Confidence`).

`bench/truth.py` shows what the limits cost and bring: few copies are risky, and they are the last
ones of what sells fast, late in the day, and those of which two readings are possible.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import exp
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Why = Literal["contested", "old", "doubtful", "risky", "unseen", "silent"]

SURE = 0.05
LIKELY = 0.10
# Sales are remembered for so many days, the recent ones most.
MEMORY_DAYS = 30.0
# A copy of which nothing is known yet: independent shops turn their stock about three times a year.
USUAL_PACE = 1 / 120
# Every shop's track record begins as if, of a hundred promised copies, one had been missing.
USUAL_MISSING, USUAL_PROMISED = 1.0, 100.0
# Shops sell from about half past nine to seven, in their own time.
OPENS, TRADING = 9.5, 9.5
# From so many copies on the rest of the sum no longer matters.
MANY = 25
_MOST_EXPECTED, _HALVINGS = 1000.0, 60
# A till that usually reports within the day is silent after so many times its usual interval.
SILENT_TIMES, SILENT_HOURS = 3, 2.0
HALF_A_DAY = 720


class Confidence(TextChoices):
    """How sure a copy is, and how it is promised to readers.

    Copies that are `sure` are promised outright; `likely` ones too, in more careful words; one
    `to_confirm` can be reserved, and only the shop's tap confirms it.
    """

    SURE = "sure", _("on the shelf")
    LIKELY = "likely", _("most likely on the shelf")
    TO_CONFIRM = "to_confirm", _("to be confirmed by the shop")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one offer: copies, of which `available` may be promised, and moments (UTC).

    `as_of` is the moment of its figure; `unseen` and `doubtful` as in `stock.shelf.truth`. `pace`
    is how many copies a day its figure lost, as of `paced_at`. `contested_at` is the moment of a
    snapshot that is held back, if any.
    """

    available: int
    as_of: datetime
    unseen: int = 0
    doubtful: int = 0
    pace: float = 0.0
    paced_at: datetime | None = None
    contested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """A shop's limit in minutes, and its track record (`models.TrackRecord`)."""

    confirm_after: int
    time_zone: str = "Europe/Paris"
    promised: int = 0
    missing: int = 0
    reported_every: int | None = None


def grade(
    evidence: Evidence, habits: Habits, at: datetime, *, sure: float = SURE, likely: float = LIKELY
) -> Confidence:
    """Return how sure the next copy is at a moment (UTC).

    Never promised outright: a figure too old, or contradicted by a newer report that is held back.
    """
    contested = evidence.contested_at is not None and evidence.contested_at > evidence.as_of
    if contested or evidence.available <= evidence.doubtful or _is_old(evidence, habits, at):
        return Confidence.TO_CONFIRM
    chance = risk(evidence, habits, at)
    if chance > likely:
        return Confidence.TO_CONFIRM
    if chance > sure or evidence.unseen or _is_silent(evidence, habits, at):
        return Confidence.LIKELY
    return Confidence.SURE


def reasons(evidence: Evidence, habits: Habits, at: datetime) -> list[Why]:
    """Return what keeps an offer from being sure, the gravest first; nothing when it is."""
    found: dict[Why, bool] = {
        "contested": evidence.contested_at is not None and evidence.contested_at > evidence.as_of,
        "old": _is_old(evidence, habits, at),
        "doubtful": evidence.available <= evidence.doubtful,
        "risky": chances(evidence, habits, at).gone_or_missing > SURE,
        "unseen": bool(evidence.unseen),
        "silent": _is_silent(evidence, habits, at),
    }
    if found["doubtful"]:
        found["risky"] = False
    return [why for why, holds in found.items() if holds]


@dataclass(frozen=True, slots=True)
class Chances:
    """The parts of the risk: sales a day, the shop's share of missing copies, and both together."""

    pace: float
    missing: float
    gone_or_missing: float


def risk(evidence: Evidence, habits: Habits, at: datetime) -> float:
    """Return the chance, from 0 to 1, that the next copy is not where it should be."""
    return chances(evidence, habits, at).gone_or_missing


def chances(evidence: Evidence, habits: Habits, at: datetime) -> Chances:
    """Return how likely it is that the next copy is not where it should be, and why.

    Either it is missing, which the shop's track record says, or it was sold since the moment of the
    figure: as many are sold as are there, sales coming at the title's usual pace (Poisson).
    """
    pace = pace_at(evidence.pace, evidence.paced_at or evidence.as_of, at) + USUAL_PACE
    missing = _missing(habits)
    copies = evidence.available - evidence.doubtful
    if copies <= 0:
        return Chances(pace, missing, 1.0)
    expected = pace * trading_days(evidence.as_of, at, habits.time_zone)
    return Chances(pace, missing, _either(copies, expected, missing))


def most_expected(copies: int, habits: Habits, *, likely: float = LIKELY) -> float:
    """Return how many sales may be expected since a figure of so many copies while the next one is
    still promised outright: with one more in a million it is to be confirmed. Below zero where it
    is always."""
    missing = _missing(habits)
    if _either(copies, 0.0, missing) > likely:
        return -1.0
    low, high = 0.0, _MOST_EXPECTED
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _either(copies, middle, missing) > likely else (middle, high)
    return high


def _either(copies: int, expected: float, missing: float) -> float:
    """Return the chance that a copy is missing, or that all are sold when so many sales are
    expected."""
    return 1 - (1 - missing) * (1 - _at_least(copies, expected))


def pace_at(pace: float, paced_at: datetime, at: datetime, fallen: int = 0) -> float:
    """Return the pace at a later moment, the till's figure having fallen by so many copies.

    Days without a copy are left out by the caller: what is not there does not sell.
    """
    days = max(0.0, (at - paced_at) / timedelta(days=1))
    return pace * exp(-days / MEMORY_DAYS) + max(0, fallen) / MEMORY_DAYS


def trading_days(since: datetime, at: datetime, time_zone: str) -> float:
    """Return how many days of trade lie between two moments; a night counts for nothing."""
    return max(0.0, traded(at, time_zone) - traded(since, time_zone))


# All that a page shows is graded as of one moment, and a shop's figures are often of one too.
@lru_cache(maxsize=4096)
def traded(moment: datetime, time_zone: str) -> float:
    """Return how many days of trade there were, since the year 1, up to a moment."""
    local = moment.astimezone(_zone(time_zone))
    hour = local.hour + local.minute / 60
    return local.toordinal() + min(1.0, max(0.0, (hour - OPENS) / TRADING))


def _is_old(evidence: Evidence, habits: Habits, at: datetime) -> bool:
    return evidence.as_of < at - timedelta(minutes=habits.confirm_after)


def _is_silent(evidence: Evidence, habits: Habits, at: datetime) -> bool:
    """Whether a till that reports within the day is silent for much longer than it usually is."""
    if habits.reported_every is None or habits.reported_every > HALF_A_DAY:
        return False
    hours = trading_days(evidence.as_of, at, habits.time_zone) * TRADING
    return hours > max(SILENT_HOURS, SILENT_TIMES * habits.reported_every / 60)


def _missing(habits: Habits) -> float:
    return (habits.missing + USUAL_MISSING) / (habits.promised + USUAL_PROMISED)


def _at_least(copies: int, expected: float) -> float:
    """Return the chance that at least so many are sold when so many are expected (Poisson)."""
    if copies > MANY:
        return 0.0
    term = none_yet = exp(-expected)
    for number in range(1, copies):
        term *= expected / number
        none_yet += term
    return max(0.0, 1 - none_yet)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
