"""The VAT of an invoice, rate by rate, and its parts, which are the sums always.

VAT is that of the sum of each rate, halves of a cent rounded up; of a credit note it is what the
VAT of all that stays sold falls by. So an invoice and its credit notes are nothing together once
all is given back, whatever the steps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from comptoir.papers.invoices.values import Carriage, Sold, Sum
from comptoir.quotes.basket import Tax
from comptoir.quotes.shares import divide, round_half_up, tax_within

_PARTLY = "remboursement partiel"
"""What stands at an amount that goes back of a line, in French as all of a paper."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What stays sold of an order at a moment: its lines, and its postage by tax."""

    lines: Sequence[Sold]
    carriage: Sequence[Carriage]

    @property
    def cents(self) -> int:
        """What it costs."""
        return sum(gross_of(self).values())


def gross_of(sale: Sale) -> dict[Tax, int]:
    """Return the cents by tax, tax included, in the order in which they first stand."""
    found: dict[Tax, int] = {}
    parts: list[Sold | Carriage] = [*sale.lines, *_charged(sale.carriage)]
    for part in parts:
        found[part.tax] = found.get(part.tax, 0) + part.cents
    return found


def sums_of(sale: Sale) -> list[Sum]:
    """Return the sums by tax, each with the VAT of its whole."""
    return [Sum(tax, cents, _vat(tax, cents)) for tax, cents in gross_of(sale).items()]


def given_back(before: Sale, after: Sale) -> tuple[Sale, list[Sum]]:
    """Return what a credit note gives back: lines and postage of which less stays, and sums.

    A line whose price fell, not its quantity, stands with one piece of what it fell by; so does one
    of which fewer copies stay at another price. Each reduction rounds all shares anew, so a part
    may be a cent more than before: it stays as it was, and another bears the cent.
    """
    after = _within(after, before)
    stays = {line.line: line for line in after.lines}
    lines = [less for line in before.lines if (less := _less(line, stays.get(line.line)))]
    kept = _by_tax(after.carriage)
    carriage = [
        Carriage(tax, cents - kept.get(tax, 0))
        for tax, cents in _by_tax(before.carriage).items()
        if cents > kept.get(tax, 0)
    ]
    back = Sale(lines, carriage)
    held = gross_of(before)
    return back, [_fall(tax, held[tax], cents) for tax, cents in gross_of(back).items()]


def without(before: Sale, back: Sale) -> Sale:
    """Return what stays of a sale once a credit note has given its part back."""
    gone = {line.line: line for line in back.lines}
    lines = [
        left for line in before.lines if (left := _left(line, gone.get(line.line))) is not None
    ]
    taken = _by_tax(back.carriage)
    carriage = [
        Carriage(tax, cents - taken.get(tax, 0))
        for tax, cents in _by_tax(before.carriage).items()
        if cents > taken.get(tax, 0)
    ]
    return Sale(lines, carriage)


def reduced(sale: Sale, less: int, of_lines: Mapping[int, int]) -> Sale:
    """Return a sale that costs so many cents less, never below nothing: first the lines that are
    named, each by up to so many cents; what is left over all that it says, in proportion."""
    lines, left = [], min(less, sale.cents)
    for line in sale.lines:
        taken = min(of_lines.get(line.line, 0), line.cents, left)
        lines.append(replace(line, less_cents=line.less_cents + taken))
        left -= taken
    parts: list[Sold | Carriage] = [*lines, *sale.carriage]
    shares = divide(left, [Fraction(part.cents) for part in parts])
    of_carriage = shares[len(lines) :]
    return Sale(
        [
            replace(line, less_cents=line.less_cents + share)
            for line, share in zip(lines, shares, strict=False)
        ],
        [
            Carriage(each.tax, each.cents - share)
            for each, share in zip(sale.carriage, of_carriage, strict=True)
        ],
    )


def nets(parts: Sequence[Sold | Carriage], sums: Iterable[Sum]) -> list[int]:
    """Return each part's cents without VAT; of each tax together they are its sum's."""
    found = [part.cents for part in parts]
    for each in sums:
        places = [place for place, part in enumerate(parts) if part.tax == each.tax]
        weights = [tax_within(parts[place].cents, each.tax.rate) for place in places]
        for place, vat in zip(places, divide(each.vat_cents, weights), strict=True):
            found[place] -= vat
    return found


def _within(after: Sale, before: Sale) -> Sale:
    """Return a sale with what its parts are more than they were before taken off them, and put on
    those that have become less, as far as their price goes."""
    was = {line.line: line.cents for line in before.lines}
    post = _by_tax(before.carriage)
    lines = [_taken(line, max(0, line.cents - was.get(line.line, 0))) for line in after.lines]
    carriage = [
        replace(each, cents=min(each.cents, post.get(each.tax, 0))) for each in after.carriage
    ]
    left = after.cents - Sale(lines, carriage).cents
    for place, line in enumerate(lines):
        more = min(left, line.less_cents, was.get(line.line, 0) - line.cents)
        lines[place], left = _taken(line, -more), left - more
    for place, each in enumerate(carriage):
        more = min(left, post.get(each.tax, 0) - each.cents)
        carriage[place], left = replace(each, cents=each.cents + more), left - more
    return Sale(lines, carriage)


def _taken(line: Sold, cents: int) -> Sold:
    return replace(line, less_cents=line.less_cents + cents) if cents else line


def _charged(carriage: Iterable[Carriage]) -> list[Carriage]:
    return [each for each in carriage if each.cents]


def _vat(tax: Tax, cents: int) -> int:
    return round_half_up(tax_within(cents, tax.rate))


def _fall(tax: Tax, before: int, back: int) -> Sum:
    return Sum(tax, back, _vat(tax, before) - _vat(tax, before - back))


def _by_tax(carriage: Iterable[Carriage]) -> Mapping[Tax, int]:
    found: dict[Tax, int] = {}
    for each in carriage:
        found[each.tax] = found.get(each.tax, 0) + each.cents
    return found


def _less(line: Sold, stays: Sold | None) -> Sold | None:
    if stays is None:
        return line
    fewer, fell = line.quantity - stays.quantity, line.cents - stays.cents
    if fewer > 0 and fell == fewer * line.unit_cents:
        return replace(line, quantity=fewer, less_cents=0)
    # An amount is no copy that comes back: the words say what it is.
    partly = replace(line, quantity=1, unit_cents=fell, less_cents=0, detail=_PARTLY)
    return partly if fell > 0 else None


def _left(line: Sold, gone: Sold | None) -> Sold | None:
    if gone is None:
        return line
    if gone.cents == line.cents:
        return None
    if gone.unit_cents == line.unit_cents and gone.quantity < line.quantity:
        return replace(line, quantity=line.quantity - gone.quantity)
    return replace(line, less_cents=line.less_cents + gone.cents)
