"""Copies of this program that are each other's neighbours: each answers, and none asks on."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from comptoir.catalogue.models import Product
from tests import trials
from tests.factories import make_offer, make_product, make_shop
from tests.neighbours.running import Running, installation

pytestmark = pytest.mark.django_db(transaction=True)
EAN = "9782070360024"
AT = "lat=46.6321&lon=0.9512"


def shop_in(town: str, longitude: float, cents: int, shop: str):
    """Return what makes an installation of one shop that has one title."""

    def fill() -> None:
        found = make_shop(
            name=shop, city=town, postcode="36300", latitude=46.63, longitude=longitude,
            opening_hours="24/7",
        )  # fmt: skip
        title = Product.objects.filter(ean=EAN).first() or make_product(
            ean=EAN, title="L’Étranger", byline="Albert Camus"
        )
        make_offer(shop=found, product=title, on_hand=3, price_cents=cents)

    return fill


@pytest.mark.proof
def test_three_in_a_row_answer_each_other_and_nobody_asks_on(tmp_path: Path, settings) -> None:
    """The first and the second name each other, and so do the second and the third."""
    settings.OUTGOING_ANYWHERE = True
    towns = [
        ("Chauvigny", 0.64, 790, "Librairie du Donjon"),
        ("Le Blanc", 1.06, 810, "Le Bac à livres"),
        ("Saint-Gaultier", 1.3, 820, "La Creuse aux livres"),
    ]
    with ExitStack() as stack:
        a, b, c = (
            stack.enter_context(
                installation(tmp_path / str(number), f"Site {number}", shop_in(*it))
            )
            for number, it in enumerate(towns)
        )
        for one, other in ((a, b), (b, a), (b, c), (c, b)):
            one.name(other)
        for each in (a, b, c):
            each.asked.clear()
        part = a.ask(f"/recherche/voisins?q=etranger&{AT}", **{"Accept-Language": "fr"})
        assert len(b.asked) == 1
        part = part.replace("\xa0", " ").replace("\u202f", " ")
        assert "Site 1" in part
        assert "8,10 €" in part
        assert "8,3 km" in part
        assert f'href="{b.url}/titre/{EAN}"' in part
        assert "Librairie du Donjon" not in part
        _many_readers(a)
        assert (a.asked, c.asked) == ([], []), "nobody asks on"
        part = b.ask(f"/titre/{EAN}/voisins?{AT}")
        assert a.asked, "the control: a reader of the middle one has both asked"
        assert c.asked
        assert "Librairie du Donjon" in part
        assert "La Creuse aux livres" in part
        assert "Le Bac à livres" not in part
        assert [each.failures() for each in (a, b, c)] == [0, 0, 0]


def _many_readers(first: Running) -> None:
    """Have readers of the first installation search it."""
    draw = trials.dice("neighbours in a row")
    for _each in range(trials.times(2)):
        words = draw.choice(["etranger", "camus", EAN, "rien"]) + draw.choice(["", "+albert"])
        part = first.ask(f"/recherche/voisins?q={words}&{AT}")
        assert ("Le Bac à livres" in part) is ("rien" not in words)
        trials.tally("searches")
