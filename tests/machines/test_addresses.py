"""The language in an address, the one address of each page, and what is for search engines."""

import lxml.html
import pytest
from django.conf import settings
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.events.operations import announce_event
from tests.verbs.world import MEETING

BASE = settings.BASE_URL
LINK = '//link[@rel="alternate"][@hreflang]'


def read(client: Client, path: str) -> lxml.html.HtmlElement:
    """Return a page as a parser of HTML has it."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return lxml.html.document_fromstring(answer.content)


def canonical(page: lxml.html.HtmlElement) -> str:
    (link,) = page.xpath('//link[@rel="canonical"]')
    return str(link.get("href"))


def robots(page: lxml.html.HtmlElement) -> str:
    return "".join(each.get("content") for each in page.xpath('//meta[@name="robots"]'))


@pytest.fixture
def indexed(street) -> list[str]:
    """Return the pages that are for search engines."""
    meeting = announce_event(shop=street.near, details=MEETING, actor=SYSTEM)
    return [
        *("/", "/boutiques", "/annuaire", "/agenda", "/donnees", "/ou-trouver", "/vie-privee"),
        *("/mentions-legales", "/accessibilite", "/annuaire/vienne", f"/agenda/{meeting.pk}"),
        *(f"/titre/{street.book.ref}", f"/boutiques/{street.near.slug}"),
    ]


def test_each_page_names_its_one_address_and_those_in_each_language(client, indexed):
    for path in indexed:
        page = read(client, path)
        assert canonical(page) == BASE + path, path
        assert robots(page) == "", path
        found = {link.get("hreflang"): link.get("href") for link in page.xpath(LINK)}
        assert found == {
            "fr": f"{BASE}{path}?langue=fr",
            "en": f"{BASE}{path}?langue=en",
            "x-default": BASE + path,
        }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_address_has_its_language_whoever_asks_and_sets_no_cookie(client, indexed, language):
    other = {"fr": "en", "en": "fr"}[language]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = other
    for path in indexed:
        answer = client.get(f"{path}?langue={language}", headers={"Accept-Language": other})
        page = lxml.html.document_fromstring(answer.content)
        assert page.get("lang") == language, path
        assert canonical(page) == f"{BASE}{path}?langue={language}"
        assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
        assert len(page.xpath(LINK)) == 3
    assert read(client, "/").get("lang") == other


def test_a_language_that_there_is_not_is_nobody_s(client, street):
    for word in ("xx", "", "fr-CA", "\x80", "en" * 200):
        assert read(client, f"/?langue={word}").get("lang") == "fr"


def test_who_chooses_a_language_is_not_led_back_to_the_other(client, street):
    page = read(client, "/boutiques?kind=books&langue=en&page=1")
    (leads,) = page.xpath('//form[@class="languages"]//input[@name="next"]')
    assert leads.get("value") == "/boutiques?kind=books&page=1"
    client.post("/i18n/setlang/", {"language": "fr", "next": leads.get("value")})
    assert read(client, leads.get("value")).get("lang") == "fr"


def test_what_people_narrow_down_is_not_for_search_engines(client, street, index):
    index()
    shop = f"/boutiques/{street.near.slug}"
    for path in (
        *("/boutiques?service=delivery&kind=books", "/agenda?week=2031-W01", f"{shop}?q=a"),
        *("/agenda?page=900", f"{shop}?before=99", f"/ou-trouver?titres={street.book.ref}"),
    ):
        page = read(client, path)
        assert "noindex" in robots(page), path
        assert page.xpath(LINK) == [], path
    for path in ("/recherche?q=a", "/panier", f"/titre/{street.book.ref}/alerte"):
        assert "noindex" in robots(read(client, path)), path
    frame = client.get(f"/ou-trouver/{street.book.ref}")
    assert frame["X-Robots-Tag"] == "noindex"


def test_a_title_seen_from_somewhere_is_the_same_page(client, street):
    page = read(client, f"/titre/{street.book.ref}?near=Niort&offers=all")
    assert canonical(page) == f"{BASE}/titre/{street.book.ref}"
    assert robots(page) == ""
