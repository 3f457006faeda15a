"""Windows in a real browser: no violation on any page, wide or narrow, full or empty."""

from dataclasses import replace

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.events.operations import Place, announce_event, cancel_event, write_pick
from tests.browser.axe import violations
from tests.browser.conftest import sign_in
from tests.browser.test_site import street  # noqa: F401
from tests.events.conftest import DETAILS
from tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
LONG = "Rencontre, lecture et signature avec Marie-Antoinette de Saint-Hilaire-Bonaventure"
HALL = Place(venue="Salle des fêtes", postcode="79000", city="Niort")


@pytest.fixture
def windows(street):  # noqa: F811
    """Fill the windows of the street: a word, three meetings, one of them cancelled."""
    write_pick(
        shop=street.near,
        product_id=street.book.pk,
        text="À relire chaque automne.\n\n" + "Anticonstitutionnellement " * 20,
        signed="Marie-Antoinette de Saint-Hilaire-Bonaventure, au rayon des romans",
        actor=SYSTEM,
    )
    named = replace(DETAILS, title=LONG, product_ids=(street.book.pk,), capacity=1, is_free=True)
    event = announce_event(shop=street.near, details=named, actor=SYSTEM)
    announce_event(shop=street.near, details=replace(DETAILS, place=HALL), actor=SYSTEM)
    off = announce_event(shop=street.near, details=replace(DETAILS, title="Non"), actor=SYSTEM)
    cancel_event(shop=street.near, event_id=off.pk, actor=SYSTEM)
    return street, event, off


def test_no_public_page_has_an_axe_violation(page, look, windows) -> None:
    street, event, off = windows  # noqa: F811
    for path in (
        "/",
        "/?near=Niort",
        "/agenda",
        "/agenda?near=Brest&km=10",
        f"/agenda/{event.pk}",
        f"/agenda/{off.pk}",
        f"/titre/{street.book.ref}",
        "/boutiques/pilori",
    ):
        page.goto(path)
        look(path)
    assert not any(look.found.values()), look.found
    assert not page.faults


def test_no_field_of_the_agenda_is_too_narrow_to_read_on_a_phone(page, windows) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/agenda")
    boxes = [each.bounding_box() for each in page.locator(".directory-form > .field").all()]
    assert len(boxes) == 5
    assert all(box["width"] >= 100 for box in boxes)
    inside = "each => each.scrollWidth <= each.clientWidth"
    labels = page.locator(".directory-form > .field > label").all()
    assert all(label.evaluate(inside) for label in labels)


def test_no_screen_of_the_counter_has_an_axe_violation(page, live_server, windows) -> None:
    street, event, off = windows  # noqa: F811
    sign_in(page, make_staff(street.near, name="Agathe"), live_server.url)
    page.set_viewport_size({"width": 360, "height": 800})
    found: dict[str, list[str]] = {}
    base = "/comptoir/pilori/vitrine"
    for path in (
        base,
        f"{base}/mots/{street.book.ref}",
        f"{base}/rencontres/annoncer",
        f"{base}/rencontres/{event.pk}",
        f"{base}/rencontres/{off.pk}",
    ):
        page.goto(path)
        found[path] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.goto(f"{base}/rencontres/annoncer")
    page.evaluate("document.querySelector('form.event-form').noValidate = true")
    page.locator("form.event-form button.button--go").click()
    found["errors"] = violations(page)
    assert not any(found.values()), found
