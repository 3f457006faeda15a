"""Shops by their names, for those who work there."""

import pytest

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import NotFound
from comptoir.shops.reads import named_shop
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db


def test_a_counter_is_there_for_its_own_people_only():
    shop, other = make_shop(siret="73282932000074"), make_shop()
    staff = make_staff(shop).actor
    for actor in (staff, SYSTEM):
        assert named_shop(shop.slug, actor=actor) == shop
        assert named_shop("73282932000074", actor=actor) == shop
    for actor, slug in ((staff, other.slug), (READER, shop.slug), (staff, "")):
        with pytest.raises(NotFound):
            named_shop(slug, actor=actor)
