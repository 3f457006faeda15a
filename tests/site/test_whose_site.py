"""Whose site it is: said on pages, in mails and in the legal notice; what is missing is told."""

import pytest
from django.core import mail
from django.test import Client

from comptoir.installation import site
from comptoir.installation.findings import Weight
from comptoir.notifications.operations import Draft, deliver, queue

pytestmark = pytest.mark.django_db
WHOSE = {
    "SITE_NAME": "Chainon <manquant>",
    "PUBLISHER": "Association Chainon, 3 rue Haute, 86000 Poitiers, SIREN 732 829 320",
    "DIRECTOR": "Camille Ferrand",
    "CONTACT": "bonjour@chainon.example",
    "HOSTED_BY": "Hébergeur & Cie, 1 rue Basse, 75001 Paris",
    "CONTROLLER": "Association Chainon",
}


@pytest.fixture
def named(settings):
    for name, value in WHOSE.items():
        setattr(settings, name, value)


def text_of(path: str, language: str = "fr") -> str:
    answer = Client(headers={"Accept-Language": language}).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_pages_bear_the_name_escaped(named) -> None:
    for path in ("/", "/boutiques", "/vie-privee", "/recherche?q=x", "/no/such/page"):
        page = Client().get(path).content.decode()
        assert "Chainon &lt;manquant&gt;" in page
        assert "Chainon <manquant>" not in page
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert "Chainon &lt;manquant&gt;" in title
    assert Client().get("/manifest.webmanifest").json()["name"] == WHOSE["SITE_NAME"]
    assert "Chainon &lt;manquant&gt;" in text_of("/opensearch.xml")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_legal_notice_says_who(named, language) -> None:
    page = text_of("/mentions-legales", language)
    for name in ("PUBLISHER", "DIRECTOR", "CONTACT"):
        assert WHOSE[name] in page
    assert "Hébergeur &amp; Cie" in page
    assert "note--warning" not in page
    assert 'href="/mentions-legales"' in text_of("/", language)
    assert "Association Chainon" in text_of("/vie-privee", language)


def test_a_notice_without_a_publisher_says_so(settings) -> None:
    page = text_of("/mentions-legales")
    assert "note--warning" in page
    assert page.count("pas encore indiqué") == 4
    settings.DEMO = True
    assert "note--warning" not in text_of("/mentions-legales")


def test_a_public_installation_is_told_what_is_missing(settings, named) -> None:
    settings.BASE_URL, settings.SECURE, settings.PROXIES = "https://chainon.example", True, 1
    settings.ALLOWED_HOSTS = ["chainon.example"]
    settings.DEFAULT_FROM_EMAIL, settings.LIVE_URL = "x@chainon.example", settings.BASE_URL
    assert [str(each) for each in site.findings()] == []
    settings.PUBLISHER = settings.HOSTED_BY = ""
    found = list(site.findings())
    assert [each.weight for each in found] == [Weight.ERROR] * 2
    assert "COMPTOIR_PUBLISHER" in str(found[0])
    settings.SECURE, settings.BASE_URL = False, "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS, settings.PROXIES = ["127.0.0.1"], 0
    assert "PUBLISHER" not in "".join(str(each) for each in site.findings())


def test_mails_say_whose_they_are(settings, named) -> None:
    settings.SITE_NAME = "Chainon manquant"
    (key,) = queue([Draft("ana@example.org", "fr", "sign_in_code", {"code": "KX4T9B"})])
    deliver(message_id=key)
    (sent,) = mail.outbox
    assert "\n-- \nChainon manquant, bonjour@chainon.example\n" in sent.body
    assert sent.body.rstrip().endswith("/vie-privee/mes-donnees")
    (html,) = (content for content, kind in sent.alternatives if kind == "text/html")
    assert "Chainon manquant" in html
    assert "mailto:bonjour@chainon.example" in html
