"""The page of a list: put together without a script, and the rounds on which it is fetched."""

import pytest

from tests import factories
from tests.site.flows import text

pytestmark = pytest.mark.django_db
NEAR = "near=Poitiers"


def test_a_list_is_fetched_in_the_fewest_stops(client, street):
    both = f"{street.book.ref},{street.record.ref}"
    said = text(client.get(f"/tournee?t={both}&{NEAR}", headers={"Accept-Language": "en"}))
    assert "2 titles to fetch" in said
    assert "2 stops" in said
    assert "Librairie du Pilori" in said
    assert "Sillon" in said
    assert "All today" in said
    factories.make_offer(shop=street.near, product=street.record)
    said = text(client.get(f"/tournee?t={both}&{NEAR}", headers={"Accept-Language": "en"}))
    assert "1 stop," in said
    assert "Sillon" not in said
