"""The months and dates in which other hours count than in the rest of the year."""

from collections.abc import Iterable

from comptoir.shops.timetable.tokens import MONTHS

Date = tuple[int, int]
"""A month and a day of it; 0 is the whole month."""


def date_text(date: Date) -> str:
    """Return a date as the specification writes it."""
    month, day = date
    return f"{MONTHS[month - 1]} {day:02}" if day else MONTHS[month - 1]


def dates_of(months: Iterable[int]) -> frozenset[Date]:
    """Return the dates of whole months."""
    return frozenset((month, day) for month in months for day in range(1, 32))


def between(first: Date, last: Date) -> frozenset[Date]:
    """Return the dates from one to another, both included, over the new year if need be."""
    begins, ends = first, (last[0], last[1] or 31)
    year = dates_of(range(1, 13))
    if begins <= ends:
        return frozenset(date for date in year if begins <= date <= ends)
    return frozenset(date for date in year if date >= begins or date <= ends)
