"""Until when one may withdraw. Sources: code de la consommation, articles L221-18 to L221-20."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from comptoir.shops.timetable.holidays import is_holiday
from comptoir.terms import law

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The period of an order: the day on which its last copy was received and the last day, both
    where the shop is; None while it was not, and nothing ends. `told`: the notice of the right was
    given."""

    received: date | None
    last_day: date | None
    told: bool

    def is_open(self, day: date) -> bool:
        """Whether one may withdraw on a day."""
        return self.last_day is None or day <= self.last_day


def period_of(
    received: date | None,
    placed: date,
    *,
    told: bool,
    postcode: str,
    told_later: date | None = None,
) -> Period:
    """Return the period of an order that was placed and received on these days, of a shop with this
    postcode. The day of receiving is none of it. Without the notice it is twelve months longer,
    from the working day on which it would have ended, or, where that was given later
    (`told_later`), ends as long after it as after receiving, if that is sooner."""
    if received is None:
        return Period(None, None, told)
    days = timedelta(days=law.number("withdrawal_days", placed))
    last = _end(received + days, postcode)
    if not told:
        longer = _end(_months_on(last, law.number("withdrawal_more_months", placed)), postcode)
        later = last if told_later is None else max(last, _end(told_later + days, postcode))
        last = longer if told_later is None else min(longer, later)
    return Period(received, last, told)


def _end(day: date, postcode: str) -> date:
    return working_day(day, lambda each: is_holiday(each, postcode))


def working_day(day: date, is_free: Callable[[date], bool]) -> date:
    """Return a day, or the next one that is no Saturday, Sunday or holiday."""
    while day.weekday() >= _SATURDAY or is_free(day):
        day += _ONE_DAY
    return day


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
