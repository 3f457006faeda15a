"""Atom feeds, read by a second library; JSON-LD, held to a schema; the pages of events."""

import json
import re
from dataclasses import replace

import feedparser
import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from comptoir.accounts.actors import SYSTEM
from comptoir.events import memory as windows_memory
from comptoir.events.operations import Place, cancel_event, change_event, write_pick
from comptoir.shops.models import Shop
from comptoir.site.events import feeds
from tests.events.conftest import DETAILS, local
from tests.factories import make_product, make_shop, make_staff

pytestmark = pytest.mark.django_db
HTTPS = {"type": "string", "pattern": "^https?://"}
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"}
ADDRESS = {
    "type": "object",
    "required": ["@type", "addressLocality", "addressCountry"],
    "properties": {"@type": {"const": "PostalAddress"}, "addressLocality": TEXT},
}
EVENT = {
    "type": "object",
    "required": ["@context", "@type", "name", "startDate", "location", "eventStatus", "organizer"],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"enum": ["Event", "LiteraryEvent", "MusicEvent", "EducationEvent"]},
        "name": TEXT,
        "url": HTTPS,
        "startDate": MOMENT,
        "endDate": MOMENT,
        "eventStatus": {
            "enum": ["https://schema.org/EventScheduled", "https://schema.org/EventCancelled"]
        },
        "location": {
            "type": "object",
            "required": ["@type", "name", "address"],
            "properties": {"@type": {"const": "Place"}, "name": TEXT, "address": ADDRESS},
        },
        "organizer": {"type": "object", "required": ["@type", "name", "url"]},
    },
}
"""What search engines need of an event (schema.org, and Google's guide to structured data)."""


def feed(client: Client, path: str = "/agenda.atom") -> feedparser.FeedParserDict:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    for each in [found.feed, *found.entries]:
        assert each.id
        assert each.title
        assert each.updated_parsed
    assert len({entry.id for entry in found.entries}) == len(found.entries)
    assert found.feed.links[0]
    assert {link.rel for link in found.feed.links} == {"alternate", "self"}
    return found


def structured(client: Client, path: str) -> dict[str, object]:
    page = client.get(path).content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    data = json.loads(text)
    Draft202012Validator(EVENT).validate(data)
    return data


def test_a_feed_has_words_and_meetings_the_newest_first(client, announce, shop, title) -> None:
    event = announce(text="Un <b>mot</b>")
    write_pick(shop=shop, product_id=title.pk, text="Lu & <relu>", signed="Agathe", actor=SYSTEM)
    word, meeting = feed(client).entries
    assert word.title == "Le Père Goriot, de Honoré de Balzac"
    assert word.link.endswith(f"/titre/{title.ref}")
    assert "Lu &amp; &lt;relu&gt;" in word.summary
    assert word.author == "Agathe, Librairie du Pilori"
    assert meeting.id == event.uid.urn
    assert meeting.link.endswith(f"/agenda/{event.pk}")
    assert "<b>" not in meeting.summary


def test_an_entry_keeps_its_id_and_is_updated(client, announce, shop, agathe) -> None:
    event = announce()
    before = feed(client).entries[0]
    details = replace(DETAILS, title="Autrement")
    change_event(shop=shop, event_id=event.pk, details=details, actor=agathe)
    after = feed(client).entries[0]
    assert before.id == after.id
    assert before.updated < after.updated
    assert before.published == after.published
    cancel_event(shop=shop, event_id=event.pk, actor=agathe)
    assert feed(client).entries[0].title.startswith("Annulé")


def test_a_shop_s_feed_has_its_own_alone_and_an_empty_one_is_right(client, announce) -> None:
    other = make_shop(slug="autre")
    announce()
    announce(at=other, actor=make_staff(other).actor, title="Ailleurs")
    assert len(feed(client).entries) == 2
    assert len(feed(client, "/boutiques/pilori/agenda.atom").entries) == 1
    make_shop(slug="vide")
    assert feed(client, "/boutiques/vide/agenda.atom").entries == []
    Shop.objects.filter(slug="autre").update(paused_at="2026-01-01T00:00Z")
    assert len(feed(client).entries) == 1
    assert client.get("/boutiques/autre/agenda.atom").status_code == 404


def test_a_feed_is_asked_for_again_by_its_tag(client, announce) -> None:
    first = client.get("/agenda.atom")
    again = client.get("/agenda.atom", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    announce()
    changed = client.get("/agenda.atom", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        ("signing", "LiteraryEvent"),
        ("concert", "MusicEvent"),
        ("reading", "LiteraryEvent"),
        ("workshop", "EducationEvent"),
        ("other", "Event"),
    ],
)
def test_search_engines_are_told_what_it_is(client, announce, kind, sort) -> None:
    product = make_product()
    event = announce(kind=kind, is_free=True, capacity=12, product_ids=(product.pk,))
    data = structured(client, f"/agenda/{event.pk}")
    assert data["@type"] == sort
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["maximumAttendeeCapacity"] == 12
    assert data["isAccessibleForFree"] is True
    assert data["about"][0]["name"] == product.title
    assert data["startDate"][11:16] == "18:00", "on the clock of the shop"


def test_a_cancelled_one_says_so_and_one_elsewhere_says_where(client, announce, shop, agathe):
    place = Place(venue="Salle </script>", postcode="79000", city="Niort")
    event = announce(place=place)
    cancel_event(shop=shop, event_id=event.pk, actor=agathe)
    data = structured(client, f"/agenda/{event.pk}")
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["location"]["name"] == "Salle </script>"
    assert data["location"]["address"]["addressLocality"] == "Niort"
    page = client.get(f"/agenda/{event.pk}").content.decode()
    assert "Cette rencontre est annulée" in page
    assert "Mettre dans mon agenda" not in page


def test_the_page_of_a_hidden_shop_s_event_is_not_there(client, announce, shop) -> None:
    event = announce()
    assert client.get(f"/agenda/{event.pk}").status_code == 200
    Shop.objects.filter(pk=shop.pk).update(paused_at="2026-01-01T00:00Z")
    assert client.get(f"/agenda/{event.pk}").status_code == 404
    assert client.get(f"/agenda/{event.pk}.ics").status_code == 404
    assert client.get("/agenda/999999999999999999999").status_code == 404


def test_the_agenda_is_filtered_and_each_week_has_its_address(client, announce) -> None:
    announce(title="Bientôt")
    announce(title="Plus tard", starts=local(40), kind="concert")
    announce(title="À Niort", place=Place(postcode="79000", city="Niort"))

    def titles(query: str = "") -> set[str]:
        page = client.get(f"/agenda{query}").content.decode()
        return {name for name in ("Bientôt", "Plus tard", "À Niort") if f">{name}</a>" in page}

    assert titles() == {"Bientôt", "Plus tard", "À Niort"}
    assert titles("?kind=concert") == {"Plus tard"}
    assert titles("?department=79") == {"À Niort"}
    assert titles("?town=Poitiers") == {"Bientôt", "Plus tard"}
    assert titles("?near=Niort&km=10") == {"À Niort"}
    year, week, _day = local(40).isocalendar()
    assert titles(f"?week={year}-W{week:02d}") == {"Plus tard"}
    for nonsense in (
        "?week=2026-W99",
        "?week=9999-W52",
        "?week=0001-W01",
        "?kind=fête",
        "?page=x",
        "?km=-1",
    ):
        assert titles(nonsense) == {"Bientôt", "Plus tard", "À Niort"}, nonsense


def test_windows_are_shown_where_they_belong(client, announce, shop, title) -> None:
    announce(title="Une rencontre", product_ids=(title.pk,))
    write_pick(shop=shop, product_id=title.pk, text="Un mot dessus", signed="Agathe", actor=SYSTEM)
    for path in ("/", f"/titre/{title.ref}", "/boutiques/pilori"):
        page = client.get(path).content.decode()
        assert "Une rencontre" in page, path
        assert "Un mot dessus" in page, path
        assert "Agathe" in page, path
    Shop.objects.filter(pk=shop.pk).update(paused_at="2026-01-01T00:00Z")
    for path in ("/", f"/titre/{title.ref}"):
        page = client.get(path).content.decode()
        assert "Une rencontre" not in page, path
        assert "Un mot dessus" not in page, path


def test_a_word_says_the_title_as_it_is_now(client, announce, shop, title) -> None:
    write_pick(shop=shop, product_id=title.pk, text="Un mot dessus", actor=SYSTEM)
    for path in ("/", "/boutiques/pilori"):
        assert "Le Père Goriot" in client.get(path).content.decode()
    type(title).objects.filter(pk=title.pk).update(title="Autrement dit")
    for path in ("/", "/boutiques/pilori"):
        page = client.get(path).content.decode()
        assert "Autrement dit" in page, path
        assert "Le Père Goriot" not in page, path


def test_of_a_town_one_calendar_is_kept_however_it_is_written(client, announce) -> None:
    announce(title="Une rencontre")
    feeds._calendar_of.cache_clear()
    written = ["poitiers", "Poitiers", "POITIERS", "pOITIERS", " Poitiers "]
    found = {client.get("/agenda.ics", {"town": each}).content for each in written}
    assert b"Une rencontre" in found.pop()
    assert not found
    assert feeds._calendar_of.cache_info().currsize == 1
    assert b"Une rencontre" not in client.get("/agenda.ics", {"town": "!"}).content


def test_programs_are_answered_while_an_event_is_deleted(client, announce, monkeypatch) -> None:
    gone, stays = announce(title="Elle part"), announce(title="Elle reste")
    monkeypatch.setattr(windows_memory, "KEPT_SECONDS", 60)
    assert client.get("/api/v1/events").json()["total"] == 2
    type(gone).objects.filter(pk=gone.pk).delete()
    items = client.get("/api/v1/events").json()["items"]
    assert [each["id"] for each in items] == [stays.pk]
