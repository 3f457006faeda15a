"""No cent is lost or made: sums of lines are totals, and what is divided comes together again."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from comptoir.quotes.basket import Item, Quote
from comptoir.quotes.shares import divide
from tests.quotes.baskets import AUDIO, CASES, GIVEN, SHEET, USUAL, book, cd, lp, used
from tests.quotes.test_baskets import quote
from tests.trials import times


def drawn(chance: random.Random) -> list[Item]:
    def one() -> Item:
        cents = chance.randint(1, 4000)
        kinds = [book(cents), lp(cents), cd(cents), used(cents), SHEET, AUDIO]
        return replace(chance.choice(kinds), quantity=chance.randint(1, 3))

    return [one() for _line in range(chance.randint(1, 6))]


def basket_of(items: list[Item], chance: random.Random) -> Quote:
    case = replace(CASES[0], items=items, parcels=chance.choice([GIVEN, USUAL]))
    to = chance.choice(["75011", "20000", "97400", ""])
    return quote(replace(case, to=to, shop=chance.choice(["86000", "97400"])))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sums_of_the_table_are_its_totals(case) -> None:
    adds_up(quote(case))


def adds_up(found: Quote) -> None:
    """Hold that lines, postage and its parts make the sums, cents and VAT alike."""
    shares = found.postage.shares if found.postage else ()
    if found.postage is not None and found.postage.cents:
        assert sum(share.cents for share in shares) == found.postage.cents
    goods = [line for line in found.lines if line.refusal is None]
    cents = sum(line.cents for line in goods) + sum(share.cents for share in shares)
    vat = sum(line.vat_cents for line in goods) + sum(share.vat_cents for share in shares)
    assert sum(each.cents for each in found.sums) == cents
    assert sum(each.vat_cents for each in found.sums) == vat
    assert found.new_cents + found.used_cents == sum(line.cents for line in found.lines)
    if found.total_cents is not None:
        assert found.total_cents == cents
    for tax in {each.tax for each in found.sums}:
        (whole,) = [each for each in found.sums if each.tax == tax]
        exact = Fraction(whole.cents * tax.rate, 10_000 + tax.rate)
        assert abs(whole.vat_cents - exact) <= Fraction(1, 2)


def test_sums_are_totals_whatever_the_basket() -> None:
    chance = random.Random(13)
    for _trial in range(times(80)):
        adds_up(basket_of(drawn(chance), chance))


def test_a_line_taken_apart_costs_the_same() -> None:
    """Three copies on one line, or on three: alike to the cent, VAT and postage too."""
    chance = random.Random(14)
    for _trial in range(times(80)):
        items = drawn(chance)
        whole = basket_of(items, random.Random(items[0].quantity))
        apart = [replace(item, quantity=1) for item in items for _copy in range(item.quantity)]
        parts = basket_of(apart, random.Random(items[0].quantity))
        assert parts.total_cents == whole.total_cents
        assert {each.tax: each for each in parts.sums} == {each.tax: each for each in whole.sums}


def test_two_baskets_of_one_cost_its_goods() -> None:
    """A basket fetched in two parts costs what it costs in one."""
    chance = random.Random(15)
    for _trial in range(times(80)):
        items = drawn(chance)
        cut = chance.randint(0, len(items))
        fetched = replace(CASES[0], to="")
        whole = quote(replace(fetched, items=items))
        parts = [quote(replace(fetched, items=some)) for some in (items[:cut], items[cut:])]
        assert sum(part.total_cents or 0 for part in parts) == whole.total_cents


def test_what_is_divided_comes_together() -> None:
    chance = random.Random(16)
    for _trial in range(times(80)):
        weights = [Fraction(chance.randint(0, 500), chance.randint(1, 9)) for _each in range(5)]
        total = chance.randint(0, 10_000)
        parts = divide(total, weights)
        assert sum(parts) == total
        whole = sum(weights)
        for part, weight in zip(parts, weights, strict=True):
            assert part >= 0
            assert not whole or abs(part - total * weight / whole) < 1
    assert divide(5, []) == []
    assert divide(5, [Fraction(0), Fraction(0)]) == [5, 0]
