"""Addresses put together are those that the routes give."""

import pytest
from django.urls import reverse

from comptoir.ui.addresses import address


@pytest.mark.parametrize("name", ["site:product", "site:cover", "site:product_offers"])
@pytest.mark.parametrize("word", ["9782070612369", "p12", "WORD", "un mot", "é?#", "a&b"])
def test_an_address_is_that_of_its_route(name, word):
    assert address(name, word) == reverse(name, args=[word])


def test_of_a_shop_too():
    for word in ("donjon", "le-livre-2"):
        assert address("site:shop", word) == reverse("site:shop", args=[word])
