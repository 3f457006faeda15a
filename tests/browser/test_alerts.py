"""Alerts in a real browser: every state of their pages, without JavaScript, by my position."""

import pytest

from comptoir.alerts.links import last_word, link_word
from comptoir.alerts.models import Alert
from tests.alerts.waiting import waits_for
from tests.factories import make_product
from tests.site.conftest import make_street

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def street(live_server):
    return make_street()


def test_no_page_of_an_alert_has_an_axe_violation(page, look, street):
    page.goto(f"/titre/{street.nowhere.ref}?near=Poitiers")
    look("title")
    page.get_by_role("link", name="Créer une alerte").click()
    look("form")
    page.get_by_role("button", name="Me prévenir par un courriel").click()
    page.get_by_text("Indiquez votre adresse électronique.").wait_for()
    look("errors")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Me prévenir par un courriel").click()
    page.get_by_role("heading", name="Un courriel est en route").wait_for()
    look("asked")
    alert = Alert.objects.get()
    page.goto(f"/alerte/{link_word(alert)}")
    look("to confirm")
    page.get_by_role("button", name="Je confirme").click()
    page.get_by_role("heading", name="Nous vous préviendrons").wait_for()
    look("waiting")
    page.goto(f"/alertes/fin/{last_word(alert.email_key)}")
    look("end all")
    page.goto(f"/alerte/{link_word(alert)}")
    page.get_by_role("button", name="Mettre fin à cette alerte").click()
    page.get_by_role("heading", name="Cette alerte est terminée").wait_for()
    look("over")
    page.goto(f"/titre/{street.book.ref}/alerte")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Me prévenir par un courriel").click()
    page.get_by_text("Inutile d’attendre").wait_for()
    look("here already")
    assert not any(look.found.values()), look.found
    assert not page.faults


def test_without_javascript_an_alert_is_set_and_ended(plain_page, street):
    page = plain_page
    page.goto(f"/titre/{street.nowhere.ref}")
    page.get_by_role("link", name="Créer une alerte").click()
    page.get_by_label("Près de").fill("Poitiers")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Me prévenir par un courriel").click()
    alert = Alert.objects.get()
    page.goto(f"/alerte/{link_word(alert)}")
    page.get_by_role("button", name="Je confirme").click()
    page.get_by_role("heading", name="Nous vous préviendrons").wait_for()
    page.goto(f"/titre/{street.nowhere.ref}/alerte")
    page.get_by_label("Près de").fill("Niort")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Me prévenir par un courriel").click()
    page.get_by_role("heading", name="Nous vous préviendrons").wait_for()
    assert [each.place for each in Alert.objects.all()] == ["Niort (79)"]
    waits_for(make_product(title="Un autre"))
    page.goto(f"/alertes/fin/{last_word(alert.email_key)}")
    page.get_by_role("button", name="Tout arrêter").click()
    page.get_by_role("heading", name="Plus aucune alerte").wait_for()
    assert not Alert.objects.exists()


def test_my_position_fills_the_form_and_sends_nothing(page, context, street):
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 46.5802, "longitude": 0.3404})
    page.goto(f"/titre/{street.nowhere.ref}/alerte")
    page.get_by_role("button", name="Utiliser ma position").click()
    page.wait_for_function("document.querySelector('[name=lat]').value === '46.580'")
    assert not Alert.objects.exists()
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Me prévenir par un courriel").click()
    page.get_by_role("heading", name="Un courriel est en route").wait_for()
    alert = Alert.objects.get()
    assert (alert.place, alert.latitude, alert.longitude) == ("", 46.58, 0.34)
