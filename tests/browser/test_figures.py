"""The figures in a real browser: accessible, narrow and wide, and without a script."""

import pytest

from comptoir.figures.models import MemberSpan
from tests.browser.conftest import sign_in
from tests.factories import make_coordinator, make_network, make_shop, make_staff
from tests.figures.test_pages import YEAR, tally

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_no_page_of_figures_has_an_axe_violation(page, look, live_server):
    network = make_network(name="Librairies du Clain")
    shops = [make_shop(name=f"Librairie {n}", city=f"Ville {n}") for n in range(6)]
    for shop in shops:
        MemberSpan.objects.create(network=network, shop=shop, first_day="2020-01-01")
        for month in range(1, 13):
            tally(shop, month, network=network, collected=90 + month, expired=month, answered=80)
    office = f"/bureau/{network.slug}/chiffres?year={YEAR}"
    counter = f"/comptoir/{shops[0].slug}/chiffres?year={YEAR}"
    for person, paths in (
        (make_coordinator(network), (office, f"{office}&by=shop", f"{office}&from=3&to=3&by=town")),
        (make_staff(shops[0]), (counter,)),
    ):
        sign_in(page, person, live_server.url)
        for path in paths:
            page.set_viewport_size({"width": 1280, "height": 780})
            page.goto(path)
            page.locator("svg.chart").wait_for()
            look(path)
            page.locator("svg.chart").wait_for()
    assert not any(look.found.values()), look.found
