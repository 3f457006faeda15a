"""The public pages in a real browser: accessible, without JavaScript, and nicer with it."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from playwright.sync_api import Request, expect

from comptoir.accounts.actors import SYSTEM
from comptoir.events.operations.picks import write_pick
from comptoir.orders import operations
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import Order, OrderStatus
from comptoir.search import builder, reader
from comptoir.stock.models import Offer
from tests.browser.axe import violations
from tests.factories import confirm_by_mail
from tests.site.conftest import Street, make_street

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def street(transactional_db, tmp_path: Path, settings, monkeypatch) -> Street:
    settings.VAR = tmp_path
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    cache.clear()
    made = make_street()
    builder.rebuild()
    return made


def reserve(page, street) -> str:
    page.goto(f"/titre/{street.book.ref}?near=Poitiers")
    page.get_by_role("button", name="Réserver – L’Éducation sentimentale, Librairie du P").click()
    page.get_by_label("Votre nom").fill("Camille Ferrand")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Réserver", exact=True).click()
    page.wait_for_url("**/reservation/*")
    return page.url


def test_axe_sees_what_is_wrong(page, street):
    """The control of the two tests below."""
    page.goto("/vie-privee")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert [each for each in violations(page) if each.startswith("image-alt")]


def test_no_page_has_an_axe_violation(page, look, street):
    for path in (
        "/",
        "/recherche?q=flaubert&near=Poitiers",
        "/recherche?q=xqzzkwv&near=Zzyzxville",
        f"/titre/{street.book.ref}",
        f"/titre/{street.nowhere.ref}",
        "/boutiques",
        "/boutiques?near=Poitiers&radius_km=25&kind=books&service=click_collect&day=sunday",
        "/boutiques?near=Zzyzxville&day=2020-01-01",
        "/boutiques?q=xqzzkwv",
        "/annuaire",
        "/annuaire/vienne",
        "/boutiques/pilori",
        "/panier",
        "/tournee",
        f"/tournee?t={street.book.ref},{street.record.ref},{street.nowhere.ref}&near=Poitiers",
        f"/tournee?t={street.book.ref}&near=&q=xqzzkwv",
        f"/tournee/par-la-poste?t={street.book.ref},{street.record.ref}",
        f"/tournee/par-la-poste?t={street.book.ref}&country=FR&postcode=86000",
        "/donnees",
        "/donnees?langue=en",
        "/vie-privee",
        "/accessibilite",
        "/nulle-part",
    ):
        page.goto(path)
        look(path)
    assert not any(look.found.values()), look.found
    assert not page.faults


def test_what_a_title_is_about_is_as_wide_as_who_has_it(page, street):
    """With words of booksellers and without."""
    write_pick(
        shop=street.near, product_id=street.book.pk, text="Un mot.", signed="A.", actor=SYSTEM
    )
    for title, words in ((street.book, 1), (street.nowhere, 0)):
        page.goto(f"/titre/{title.ref}")
        assert page.locator(".product__window").count() == words
        for wide, least in ((360, 300), (768, 600), (1024, 600), (1440, 700)):
            page.set_viewport_size({"width": wide, "height": 800})
            about, shops = (
                page.locator(f".product__{part}").bounding_box() for part in ("about", "shops")
            )
            assert (about["x"], about["width"]) == (shops["x"], shops["width"])
            assert about["width"] > least


def test_no_step_of_a_reservation_has_an_axe_violation(page, street):
    found: dict[str, list[str]] = {}
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"/titre/{street.book.ref}")
    page.get_by_role("button", name=re.compile("Librairie du P")).first.click()
    found["form"] = violations(page)
    page.get_by_role("button", name="Réserver", exact=True).click()
    found["errors"] = violations(page)
    page.goto("/panier")
    found["basket"] = violations(page)
    Offer.objects.filter(pk=street.offer.pk).update(on_hand=0)
    page.goto("/reserver?shop=pilori")
    found["gone"] = violations(page)
    Offer.objects.filter(pk=street.offer.pk).update(on_hand=2)
    address = reserve(page, street)
    found["unconfirmed"] = violations(page)
    proof = confirmation_proof(Order.objects.get())
    for step in (f"confirmer/{proof}", "annuler"):
        page.goto(f"{address}/{step}")
        found[step] = violations(page)
    order = Order.objects.get()
    operations.mark_not_found(line_id=order.lines.get().pk, actor=SYSTEM)
    page.goto(address)
    found["not found"] = violations(page)
    assert not any(found.values()), found


def test_without_javascript_from_search_to_reservation(plain_page, street):
    page = plain_page
    page.goto("/")
    page.get_by_label("Que cherchez-vous").fill("education sentimentale")
    page.get_by_label("Près de").fill("Poitiers")
    page.get_by_role("button", name="Trouver").click()
    page.get_by_role("button", name=re.compile("^Réserver")).first.click()
    page.get_by_label("Votre nom").fill("Camille Ferrand")
    page.get_by_label("Téléphone").fill("06 12 34 56 78")
    page.get_by_role("button", name="Réserver", exact=True).click()
    page.wait_for_url("**/reservation/*")
    page.get_by_text("La boutique confirmera").wait_for()
    assert Order.objects.get().phone == "+33612345678"


def test_a_filter_changes_the_results_in_place(page, street):
    page.goto("/recherche?q=preludes")
    assert page.locator("article.result").count() == 1
    page.get_by_label("Type").select_option("book")
    page.get_by_text("Rien trouvé pour").wait_for()
    expect(page).to_have_url(re.compile("kind=book"))


def test_suggestions_follow_the_keyboard(page, street):
    page.goto("/")
    field = page.get_by_role("combobox", name="Que cherchez-vous")
    # At once: what is suggested for less than the word would be replaced under the keyboard.
    field.fill("educ")
    option = page.get_by_role("option").first
    option.wait_for()
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    assert not violations(page)
    field.press("Enter")
    page.wait_for_url(f"**/titre/{street.book.ref}")


def test_my_position_is_one_tap(page, context, street):
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 46.3237, "longitude": -0.4648})
    page.goto(f"/titre/{street.book.ref}")
    page.get_by_role("button", name="Utiliser ma position").click()
    page.wait_for_url("**lat=46.324*")
    expect(page.locator(".offer__shop").first).to_have_text("Librairie du Donjon")


def test_a_reservation_follows_the_shop(page, street):
    page.clock.install()
    reserve(page, street)
    page.get_by_text("Encore un geste").wait_for()
    confirm_by_mail(Order.objects.get())
    page.clock.run_for(11_000)
    page.get_by_text("prépare votre réservation").wait_for()


def test_the_map_comes_when_asked_for(page, street):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/boutiques")
    assert not any("leaflet" in url for url in asked)
    page.get_by_role("button", name="Voir sur une carte").click()
    page.locator(".map__mark").first.wait_for()
    expect(page.locator(".map-box [role=status]")).to_have_text("3 boutiques à l’écran")
    assert not page.faults


def test_the_skip_link_leads_to_the_content(page, street):
    page.goto("/")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Aller au contenu"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_targets_are_large_enough_for_a_finger(page, street):
    page.set_viewport_size({"width": 360, "height": 800})
    for path in (
        "/",
        f"/titre/{street.book.ref}",
        "/panier",
        "/boutiques",
        "/boutiques?near=Poitiers&kind=books&service=click_collect&open=1",
        f"/tournee?t={street.book.ref}&near=Poitiers",
    ):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, .button, select, nav a")]
                .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
                .filter(([, box]) => box.width && (box.height < 44 || box.width < 24))
                .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
        )
        assert not small, path


def test_the_mark_of_a_person_goes_with_the_form_alone(page, street):
    """A cookie that came with every page would tell its reader from others."""
    Offer.objects.filter(pk=street.offer.pk).update(on_hand=9)
    address = reserve(page, street)
    page.goto(f"{address}/confirmer/{confirmation_proof(Order.objects.get())}")
    page.get_by_role("button", name="Je confirme").click()
    page.wait_for_url("**/reservation/*")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto("/")
    reserve(page, street)
    assert Order.objects.latest("pk").status == OrderStatus.PLACED
    sent = {
        (urlsplit(each.url).path, "person=" in each.all_headers().get("cookie", ""))
        for each in asked
    }
    assert {path for path, marked in sent if marked} == {"/reserver"}
    assert {path for path, marked in sent if not marked} >= {"/", f"/titre/{street.book.ref}"}
    page.goto(f"/titre/{street.book.ref}?near=Poitiers")
    page.get_by_role("button", name="Réserver – L’Éducation sentimentale, Librairie du P").click()
    assert violations(page) == []
    page.get_by_role("button", name="Oublier l’adresse confirmée").click()
    expect(page.get_by_text("La première fois dans ce navigateur")).to_be_visible()
    assert "person" not in {cookie["name"] for cookie in page.context.cookies()}
    assert violations(page) == []
