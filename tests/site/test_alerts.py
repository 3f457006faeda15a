"""The pages of alerts: the form, the link of the mail, and the ways to end one."""

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.alerts.links import last_word, link_word
from comptoir.alerts.models import Alert
from comptoir.catalogue.models import ProductState
from comptoir.notifications.models import Message
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import KnownContact
from comptoir.site import person
from tests.alerts.waiting import ADDRESS, waits_for
from tests.factories import make_product
from tests.site.flows import text

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def ask(client: Client, ref: str, **typed: str):
    values = {"near": "Poitiers", "radius": "20", "wanted": "any", "email": ADDRESS}
    return client.post(f"/reserver/alerte/{ref}", {**values, **typed})


def test_the_form_brings_the_place_along_and_nothing_else(client, street):
    client.get(f"/titre/{street.nowhere.ref}?near=Niort")
    page = client.get(f"/titre/{street.nowhere.ref}/alerte").content.decode()
    assert 'name="near" value="Niort (79)"' in page
    assert 'name="email" value=""' in page
    assert set(client.cookies) <= {"near", "csrftoken"}


def test_a_title_that_shops_have_leads_there_quietly(client, street):
    for product in (street.book, street.nowhere):
        page = client.get(f"/titre/{product.ref}").content.decode()
        assert f"/titre/{product.ref}/alerte" in page


def test_what_is_wrong_is_told_beside_its_field_and_what_was_typed_is_kept(client, street):
    answer = ask(client, street.nowhere.ref, near="", email="camille", radius="3")
    page = answer.content.decode()
    assert answer.status_code == 400
    for field in ("near", "radius", "email"):
        assert f'id="{field}-error"' in page
    assert 'value="camille"' in page
    assert not Alert.objects.exists()


def test_what_is_there_now_is_shown_instead(client, street):
    answer = ask(client, street.book.ref)
    assert answer.status_code == 409
    assert "Librairie du Pilori" in text(answer)
    assert not Alert.objects.exists()
    assert ask(client, street.book.ref, wanted="used").status_code == 200


def test_the_answer_is_the_same_whoever_is_known(client, street):
    stranger = text(ask(client, street.nowhere.ref))
    waits_for(street.nowhere)
    assert KnownContact.objects.exists()
    assert text(ask(Client(), street.nowhere.ref)) == stranger


def test_a_robot_that_fills_every_field_sets_none(client, street):
    assert ask(client, street.nowhere.ref, website="x").status_code == 303
    assert not Alert.objects.exists()


def test_a_stranger_with_a_mark_of_their_own_gets_a_link_as_everybody(client, street):
    other = "other@example.org"
    KnownContact.objects.create(key=contact_key(other), confirmed_at=timezone.now())
    response = Client().get("/vie-privee")
    person.mark(response, other)
    client.cookies = response.cookies
    ask(client, street.nowhere.ref)
    assert Alert.objects.get().confirmed_at is None


def test_a_mark_whose_person_is_forgotten_counts_no_longer(client, street):
    response = Client().get("/vie-privee")
    person.mark(response, ADDRESS)
    client.cookies = response.cookies
    ask(client, street.nowhere.ref)
    assert Alert.objects.get().confirmed_at is None


def test_a_mark_whose_person_is_known_counts(client, street):
    """The control of the two tests above."""
    KnownContact.objects.create(key=contact_key(ADDRESS), confirmed_at=timezone.now())
    response = Client().get("/vie-privee")
    person.mark(response, ADDRESS)
    client.cookies = response.cookies
    answer = ask(client, street.nowhere.ref)
    assert answer.url == f"/alerte/{link_word(Alert.objects.get())}"


def test_to_read_links_confirms_and_ends_nothing(client, street):
    ask(client, street.nowhere.ref)
    alert = Alert.objects.get()
    paths = [f"/alerte/{link_word(alert)}", f"/alertes/fin/{last_word(alert.email_key)}"]
    for path in paths:
        for method in ("get", "head", "options"):
            getattr(client, method)(path)
    alert.refresh_from_db()
    assert alert.confirmed_at is None


def test_the_button_ends_an_alert_and_its_mail(client, street):
    ask(client, street.nowhere.ref)
    path = f"/alerte/{link_word(Alert.objects.get())}"
    answer = client.post(path, {"action": "end"})
    assert "est effacé" in text(answer)
    assert not Alert.objects.exists()
    assert not Message.objects.exists()
    assert client.post(path, {"action": "confirm"}).status_code == 404


def test_a_mail_program_ends_all_by_one_request_without_a_page_or_a_cookie(street):
    waits_for(street.nowhere)
    waits_for(make_product())
    strict = Client(enforce_csrf_checks=True)
    path = f"/alertes/fin/{last_word(contact_key(ADDRESS))}"
    assert strict.post(path, {"x": "y"}).status_code == 403
    assert Alert.objects.count() == 2
    answer = strict.post(path, ONE_CLICK)
    assert answer.status_code == 200
    assert not answer.cookies
    assert not Alert.objects.exists()
    assert strict.post(path, ONE_CLICK).status_code == 200, "a second time is no fault"


def test_the_page_ends_all_by_a_button(client, street):
    waits_for(street.nowhere)
    path = f"/alertes/fin/{last_word(contact_key(ADDRESS))}"
    assert "Les Introuvables" in text(client.get(path))
    client.post(path)
    assert not Alert.objects.exists()
    assert "Plus aucune alerte" in text(client.get(path))


def test_a_link_that_was_not_written_here_does_nothing(client, street):
    alert = waits_for(street.nowhere)
    word, last = link_word(alert), last_word(alert.email_key)
    changed = word[:-1] + ("0" if word[-1] != "0" else "1")
    for path in (
        f"/alerte/{changed}",
        f"/alerte/{alert.nonce}",
        f"/alerte/{last}",
        f"/alertes/fin/{word}",
        f"/alertes/fin/{alert.email_key}",
    ):
        for answer in (client.get(path), client.post(path, ONE_CLICK | {"action": "end"})):
            assert answer.status_code == 404, path
    assert Alert.objects.exists()


def test_its_pages_stay_out_of_caches_and_indexes(client, street):
    alert = waits_for(street.nowhere)
    for path in (f"/alerte/{link_word(alert)}", f"/alertes/fin/{last_word(alert.email_key)}"):
        answer = client.get(path)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_title_that_the_public_does_not_see_has_no_alert(client, db):
    hidden = make_product(state=ProductState.UNKNOWN, title="")
    assert client.get(f"/titre/{hidden.ref}/alerte").status_code == 404
    assert ask(client, hidden.ref).status_code == 404
    assert ask(client, "9782000000000").status_code == 404


def test_a_withdrawn_title_may_be_waited_for_second_hand(client, db):
    gone = make_product(state=ProductState.WITHDRAWN)
    assert ask(client, gone.ref, wanted="used").status_code == 200


def test_a_hidden_position_does_not_outlive_what_is_typed_over_it(client, street):
    here = {"lat": "46.58", "lon": "0.34"}
    ask(client, street.nowhere.ref, near="Niort", **here)
    assert Alert.objects.get().place == "Niort (79)"
    Alert.objects.all().delete()
    ask(client, street.nowhere.ref, near="Ma position", **here)
    alert = Alert.objects.get()
    assert (alert.place, alert.latitude, alert.longitude) == ("", 46.58, 0.34)


def test_it_is_asked_for_too_often_is_told_with_when_to_come_back(client, street, settings):
    settings.RATE_LIMITS, settings.ALERTS_PER_ADDRESS = True, 1
    ask(client, street.nowhere.ref)
    answer = ask(client, street.nowhere.ref)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_in_english(client, street):
    client.cookies["django_language"] = "en"
    page = text(client.get(f"/titre/{street.nowhere.ref}/alerte"))
    assert "Tell me when it is back" in page
    ask(client, street.nowhere.ref)
    assert Alert.objects.get().language == "en"


def test_the_place_is_rounded_to_a_kilometre(client, street):
    ask(client, street.nowhere.ref, near="", lat="46.58123", lon="0.33987")
    alert = Alert.objects.get()
    assert (alert.latitude, alert.longitude) == (46.58, 0.34)
