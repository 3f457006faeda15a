"""The shop's window, at its counter."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.events.models import Event, Pick
from comptoir.events.operations import EventDetails, announce_event, write_pick
from tests.events.conftest import local
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db
WINDOW = "/comptoir/pilori/vitrine"


@pytest.fixture
def title(shop):
    return make_product(title="Le Père Goriot")


def sent(**changes: str) -> dict[str, str]:
    """Return the form of a meeting as a browser sends it."""
    day = (timezone.localdate() + timedelta(days=5)).isoformat()
    values = {"kind": "signing", "title": "Rencontre", "day": day, "begins": "18:00"}
    return values | {"is_free": "on"} | changes


def test_a_bookseller_writes_a_word_from_the_title_s_page(desk: Client, title, staff) -> None:
    page = desk.get(f"/comptoir/pilori/stock/{title.ean}").content.decode()
    address = f"{WINDOW}/mots/{title.ean}"
    assert address in page
    form = desk.get(address).content.decode()
    assert 'value="Agathe"' in form, "the name of the account is proposed"
    done = desk.post(address, {"text": "Un mot.", "signed": "A."}, follow=True)
    assert "Un mot." in done.content.decode()
    pick = Pick.objects.get()
    assert (pick.text, pick.signed, pick.actor_id) == ("Un mot.", "A.", staff.pk)
    again = desk.get(address).content.decode()
    assert "Un mot." in again
    assert 'value="A."' in again


def test_what_is_refused_is_said_at_its_field_and_what_was_typed_stays(desk, title) -> None:
    answer = desk.post(f"{WINDOW}/mots/{title.ean}", {"text": "x" * 601, "signed": "A."})
    page = answer.content.decode()
    assert "600 signes au plus" in page
    assert "x" * 601 in page
    assert not Pick.objects.exists()


def test_words_are_put_first_and_removed(desk, shop, title) -> None:
    first = write_pick(shop=shop, product_id=title.pk, text="Un", actor=SYSTEM)
    other = write_pick(shop=shop, product_id=make_product().pk, text="Deux", actor=SYSTEM)
    desk.post(f"{WINDOW}/mot/{first.pk}/en-tete")
    assert list(Pick.objects.order_by("-place")) == [first, other]
    desk.post(f"{WINDOW}/mot/{first.pk}/retirer")
    assert list(Pick.objects.all()) == [other]


def test_a_meeting_is_announced_changed_and_cancelled(desk, title) -> None:
    address = f"{WINDOW}/rencontres/annoncer"
    answer = desk.post(address, sent(ends="20:00", titles=title.ean, capacity="30"), follow=True)
    assert "Rencontre" in answer.content.decode()
    event = Event.objects.get()
    assert (event.capacity, event.is_free, list(event.products.all())) == (30, True, [title])
    assert event.ends_at - event.starts_at == timedelta(hours=2)
    form = desk.get(f"{WINDOW}/rencontres/{event.pk}").content.decode()
    assert 'value="18:00"' in form
    desk.post(f"{WINDOW}/rencontres/{event.pk}", sent(title="Rencontre et lecture"))
    event.refresh_from_db()
    assert (event.title, event.revision) == ("Rencontre et lecture", 1)
    desk.post(f"{WINDOW}/rencontres/{event.pk}/annuler")
    event.refresh_from_db()
    assert event.cancelled_at is not None
    assert "Annulée" in desk.get(WINDOW).content.decode()


def test_a_meeting_elsewhere_has_its_address(desk) -> None:
    place = {"venue": "Salle des fêtes", "postcode": "79000", "city": "Niort"}
    desk.post(f"{WINDOW}/rencontres/annoncer", sent(**place))
    event = Event.objects.get()
    assert (event.venue, event.city, round(event.latitude)) == ("Salle des fêtes", "Niort", 46)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"day": "2020-01-01"}, "Ce jour est passé"),
        ({"ends": "17:00"}, "La fin vient après le début"),
        ({"titles": "9780000000000"}, "9780000000000"),
        ({"link": "javascript:alert(1)"}, "elle commence par https://"),
        ({"city": "Nulle-Part", "postcode": "99999"}, "Aucune commune"),
        ({"begins": "midi"}, "heure"),
    ],
)
def test_what_cannot_be_announced_is_said_and_nothing_is_kept(desk, changes, told) -> None:
    answer = desk.post(f"{WINDOW}/rencontres/annoncer", sent(**changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert 'value="Rencontre"' in page
    assert not Event.objects.exists()


def test_a_meeting_is_copied_to_another_day(desk, shop) -> None:
    details = EventDetails(kind="concert", title="Trio", starts=local(), text="Sans sono")
    event = announce_event(shop=shop, details=details, actor=SYSTEM)
    page = desk.get(f"{WINDOW}/rencontres/annoncer?modele={event.pk}").content.decode()
    assert 'value="Trio"' in page
    assert "Sans sono" in page
    assert f'value="{local().date().isoformat()}"' not in page


def test_another_shop_s_window_is_not_there(desk, title) -> None:
    other = make_shop()
    details = EventDetails(kind="concert", title="Trio", starts=local())
    event = announce_event(shop=other, details=details, actor=SYSTEM)
    pick = write_pick(shop=other, product_id=title.pk, text="Un", actor=SYSTEM)
    for path in (f"rencontres/{event.pk}", f"rencontres/annoncer?modele={event.pk}"):
        assert desk.get(f"{WINDOW}/{path}").status_code == 404
    for path in (f"rencontres/{event.pk}/annuler", f"mot/{pick.pk}/retirer"):
        assert desk.post(f"{WINDOW}/{path}").status_code == 404
    assert Pick.objects.filter(pk=pick.pk).exists()


def test_from_the_public_page_of_a_title_it_is_two_clicks(desk, staff, title) -> None:
    address = f"/titre/{title.ean}"
    assert "?mot=" not in Client().get(address).content.decode()
    assert f'href="/comptoir/?mot={title.ean}"' in desk.get(address).content.decode()
    answer = desk.get("/comptoir/", {"mot": title.ean})
    assert answer["Location"] == f"{WINDOW}/mots/{title.ean}"
    other = make_shop(slug="autre")
    other.staff.create(user=staff)
    choice = desk.get("/comptoir/", {"mot": title.ean}).content.decode()
    assert f'href="/comptoir/autre/vitrine/mots/{title.ean}"' in choice
