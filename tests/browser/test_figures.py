"""The figures in a real browser: accessible, narrow and wide, and without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from comptoir.figures.models import MemberSpan
from tests.browser.conftest import sign_in
from tests.browser.test_site import RULES
from tests.factories import make_coordinator, make_network, make_shop, make_staff
from tests.figures.test_pages import YEAR, tally

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_figures_has_an_axe_violation(page, live_server, width):
    network = make_network(name="Librairies du Clain")
    shops = [make_shop(name=f"Librairie {n}", city=f"Ville {n}") for n in range(6)]
    for shop in shops:
        MemberSpan.objects.create(network=network, shop=shop, first_day="2020-01-01")
        for month in range(1, 13):
            tally(shop, month, network=network, collected=90 + month, expired=month, answered=80)
    page.set_viewport_size({"width": width, "height": 800})
    office = f"/bureau/{network.slug}/chiffres?year={YEAR}"
    counter = f"/comptoir/{shops[0].slug}/chiffres?year={YEAR}"
    wrong = []
    for person, paths in (
        (make_coordinator(network), (office, f"{office}&by=shop", f"{office}&from=3&to=3&by=town")),
        (make_staff(shops[0]), (counter,)),
    ):
        sign_in(page, person, live_server.url)
        for path in paths:
            page.goto(path)
            assert page.locator("svg.chart").is_visible()
            found = Axe().run(page, options=RULES).response["violations"]
            wrong += [f"{path} {each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{path} is {wide} wide"] if wide > width else []
    assert wrong == []
