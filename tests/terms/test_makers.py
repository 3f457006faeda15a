"""Who made what is posted: a shop's word goes before the installation's."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Faults, Invalid
from comptoir.terms.makers import makers_of, unknown_imprints
from comptoir.terms.operations import MakerSaid, remove_maker, write_maker
from comptoir.terms.operations.makers import read_makers
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db
FILE = "imprint;name;address;contact\nSEUIL;Éditions du Seuil;Paris;contact@seuil.example\n"


def test_a_shops_word_goes_before_the_files_and_accents_do_not_count():
    shop, other = make_shop(), make_shop()
    title = make_offer(shop=shop, product=make_product(publisher="Seuil")).product
    assert unknown_imprints(shop) == ["Seuil"]
    assert read_makers(FILE, now=timezone.now()) == 1
    assert makers_of(shop, [title])[title.pk].name == "Éditions du Seuil"
    said = MakerSaid(imprint="Séuil", name="Ours", address="Lyon", contact="https://ours.example")
    made = write_maker(shop=shop, said=said, actor=SYSTEM, now=timezone.now())
    assert makers_of(shop, [title])[title.pk].name == "Ours"
    assert makers_of(other, [title])[title.pk].name == "Éditions du Seuil"
    assert unknown_imprints(shop) == []
    remove_maker(shop=shop, maker_id=made.pk, actor=SYSTEM)
    assert makers_of(shop, [title])[title.pk].name == "Éditions du Seuil"


def test_what_is_missing_is_said_with_its_row():
    with pytest.raises(Invalid) as refused:
        read_makers(FILE + "Gallimard;;;nowhere\n", now=timezone.now())
    assert refused.value.data["place"] == 3
    said = MakerSaid(imprint="Seuil", name="x", address="y", contact="no address")
    with pytest.raises(Faults):
        write_maker(shop=make_shop(), said=said, actor=SYSTEM, now=timezone.now())
