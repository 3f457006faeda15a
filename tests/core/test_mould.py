"""New rows made from a mould are those that the constructor makes."""

import pytest

from comptoir.core.db import Mould
from comptoir.orders.models import Order, OrderEvent, OrderLine

SAID = {"shop_id": 3, "name": "Camille", "verified": True}


def held(row) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_a_row_is_what_the_constructor_makes():
    assert held(Mould(Order).make(**SAID)) == held(Order(**SAID))
    assert held(Mould(OrderLine).make()) == held(OrderLine())
    row = Mould(Order).make(**SAID)
    assert vars(row._state) == vars(Order()._state)


def test_two_rows_have_nothing_in_common():
    mould = Mould(Order)
    one, other = mould.make(name="one"), mould.make()
    assert (one.name, other.name) == ("one", "")
    assert one._state is not other._state


def test_what_is_no_column_is_said_so():
    with pytest.raises(TypeError, match="nmae"):
        Mould(Order).make(nmae="Camille")


def test_a_default_that_is_made_for_each_row_has_no_mould():
    with pytest.raises(TypeError, match="data"):
        Mould(OrderEvent)
