"""Cents divided so that the parts are the whole: by the largest remainder."""

from collections.abc import Sequence
from fractions import Fraction

WHOLE = 10_000
"""A hundred per cent, in the hundredths of one in which rates are."""


def divide(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Return so many cents divided in proportion to weights (none below zero): the sum is `total`.

    What is left after rounding down goes to the largest remainders, among alike ones to the first.
    Without any weight all goes to the first.
    """
    if not weights:
        return []
    whole = sum(weights, Fraction(0))
    if not whole:
        return [total, *[0] * (len(weights) - 1)]
    exact = [total * weight / whole for weight in weights]
    found = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda n: (found[n] - exact[n], n))
    for place in order[: total - sum(found)]:
        found[place] += 1
    return found


def tax_within(cents: int, rate: int) -> Fraction:
    """Return the VAT in a price with tax, in cents and not rounded."""
    return Fraction(cents * rate, WHOLE + rate)


def net_of(cents: int, rate: int) -> Fraction:
    """Return a price without the VAT that is in it, in cents and not rounded."""
    return Fraction(cents * WHOLE, WHOLE + rate)


def round_half_up(exact: Fraction) -> int:
    """Return whole cents, half a cent rounded up."""
    return int(exact + Fraction(1, 2))
