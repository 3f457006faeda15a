"""Site maps as a crawler's own parser reads them, and as their schema has them; robots.txt as
Python's parser of it does; the description of the search."""

from datetime import datetime
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from django.conf import settings
from django.utils import timezone
from lxml import etree

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.events.operations import announce_event
from comptoir.site.machines import sitemaps
from comptoir.site.shops.places import index_pages
from tests.factories import make_product, make_shop
from tests.verbs.world import MEETING

BASE, HERE = settings.BASE_URL, Path(__file__).parent
SITEMAP = etree.RelaxNG(etree.parse(HERE / "sitemap.rng"))
OPENSEARCH = etree.RelaxNG(etree.parse(HERE / "opensearch.rng"))


def parsed(client, path: str) -> dict[str, datetime | None]:
    """Return the addresses of a part, once its schema has it, and when their pages changed."""
    answer = client.get(path)
    assert answer.status_code == 200
    part = etree.fromstring(answer.content)
    SITEMAP.assertValid(part)
    found: dict[str, datetime | None] = {}
    for url in part.iter("{*}url"):
        changed = url.findtext("{*}lastmod")
        found[str(url.findtext("{*}loc"))] = datetime.fromisoformat(changed) if changed else None
    assert len(found) == len(list(part.iter("{*}url"))) <= sitemaps.MOST
    return found


def paths(client) -> dict[str, datetime | None]:
    """Return all addresses of all parts, and when their pages changed."""
    found: dict[str, datetime | None] = {}
    index = etree.fromstring(client.get("/sitemap.xml").content)
    for loc in index.iter("{*}loc"):
        assert str(loc.text).startswith(BASE)
        part = parsed(client, str(loc.text).removeprefix(BASE))
        found |= {url.removeprefix(BASE): changed for url, changed in part.items()}
    return found


def test_the_parts_name_each_page_once_and_it_is_there(client, street):
    for _ in range(2):
        make_shop(city="Poitiers")
    meeting = announce_event(shop=street.near, details=MEETING, actor=SYSTEM)
    hidden = make_shop(slug="cachee", paused_at=timezone.now())
    found = paths(client)
    assert {
        *("/", "/boutiques", "/annuaire", "/agenda", "/donnees", "/ou-trouver"),
        *(f"/boutiques/{street.near.slug}", f"/titre/{street.book.ref}", f"/agenda/{meeting.pk}"),
        *(page.path for page in index_pages()),
    } <= found.keys()
    assert f"/boutiques/{hidden.slug}" not in found
    assert {client.get(path).status_code for path in found} == {200}
    SITEMAP.assertValid(etree.fromstring(client.get("/sitemap.xml").content))


def test_they_say_when_a_page_changed_where_that_is_known(client, street):
    street.book.refresh_from_db()
    meeting = announce_event(shop=street.near, details=MEETING, actor=SYSTEM)
    found = paths(client)
    assert found[f"/titre/{street.book.ref}"] == street.book.updated_at.replace(microsecond=0)
    assert found[f"/agenda/{meeting.pk}"] == meeting.changed_at.replace(microsecond=0)


def test_titles_are_told_by_spans_of_keys(client, db, monkeypatch):
    refs = {make_product().ref for _ in range(5)}
    own = make_product(ean=None, source="till", source_ref="1:2")
    # The titles lie on both sides of the end of a part, whatever keys the tests before have taken.
    span = Product.objects.latest("pk").pk - 2
    monkeypatch.setattr(sitemaps, "SITEMAP_PAGE", span)
    found = paths(client)
    assert {f"/titre/{ref}" for ref in refs} <= found.keys()
    assert f"/titre/{own.ref}" not in found
    last = Product.objects.latest("pk").pk // span
    parts = etree.fromstring(client.get("/sitemap.xml").content).xpath("//*[local-name()='loc']")
    assert len([part for part in parts if "titres" in part.text]) == last + 1 > 1
    assert parsed(client, f"/sitemap-titres-{last + 9}.xml") == {}
    assert client.get(f"/sitemap-titres-{10**30}.xml").status_code == 404


def test_a_part_names_no_more_than_it_may(client, street, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST", 1)
    assert len(parsed(client, "/sitemap-boutiques.xml")) == 1


def test_robots_keep_out_of_what_is_nobody_s_business(client, street):
    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").content.decode().splitlines())
    assert parser.site_maps() == [f"{BASE}/sitemap.xml"]
    for path in (
        "/reserver",
        "/panier",
        "/alerte/x",
        "/comptoir/a",
        "/api/v1/shops",
        "/inventaire/w.tsv",
    ):
        assert not parser.can_fetch("Anybot", BASE + path), path
    for path in paths(client):
        assert parser.can_fetch("Anybot", BASE + path), path
    # Who may not read a page does not learn that it is not to be listed.
    for path in ("/recherche?q=a", "/ou-trouver/9782070360024", "/titre/9782070360024/alerte"):
        assert parser.can_fetch("Anybot", BASE + path), path


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Comptoir", "Librairies & disquaires de Nouvelle-Aquitaine" * 2])
def test_the_search_is_described_within_its_limits(client, settings, name):
    settings.SITE_NAME = name
    OPENSEARCH.assertValid(etree.fromstring(client.get("/opensearch.xml").content))
