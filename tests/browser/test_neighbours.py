"""A neighbour's part of a page in a real browser: it comes by itself, or by its link."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.test_site import street  # noqa: F401
from tests.neighbours.conftest import (
    answer_of,
    make_neighbour,
    nothing_is_known,  # noqa: F401
    offer_of,
    other,  # noqa: F401
    says,
)
from tests.site.conftest import Street

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def beside(street: Street, other) -> Street:  # noqa: F811
    """The street, and a neighbour near Poitiers that has the title which nobody has here."""
    ean = street.nowhere.ean
    told = offer_of(other.url)
    told["shop"] |= {"latitude": 46.63, "longitude": 0.6}
    other.answer = says(answer_of(other.url, told, title=street.nowhere.title, ean=ean))
    make_neighbour(other.url, area=[[46.63, 0.6, 10.0]])
    return street


def test_it_comes_by_itself_accessible_at_every_width(page, beside):
    found = {}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/recherche?q=xqzzkwv", f"/titre/{beside.nowhere.ref}?x=1"):
            page.goto(f"{path}&near=Poitiers")
            part = page.locator("#neighbours")
            expect(part).to_contain_text("Livres du Berry")
            expect(part).to_contain_text("Le Bac à livres")
            assert not part.get_attribute("hx-get"), "it is asked for once"
            found[path, width] = violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not any(found.values()), found
    assert not page.faults


def test_without_javascript_its_link_leads_to_it(plain_page, beside):
    plain_page.goto(f"/titre/{beside.nowhere.ref}?near=Poitiers")
    expect(plain_page.locator("#neighbours")).not_to_contain_text("Le Bac à livres")
    plain_page.locator("#neighbours a").first.click()
    expect(plain_page.locator("#neighbours")).to_contain_text("Le Bac à livres")
    assert "voisins=1" in plain_page.url
