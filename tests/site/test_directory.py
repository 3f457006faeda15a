"""The directory: filters that are links, lines that say what was asked for, pages of places."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.events.operations import announce_event
from comptoir.shops import memory
from comptoir.shops.models import ServiceKind, Shop
from comptoir.site.shops.places import FEWEST, index_pages
from tests import factories
from tests.events.conftest import DETAILS, wall
from tests.site.flows import text

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
WEDNESDAY = datetime(2026, 11, 25, 10, 40, tzinfo=UTC)
"""11:40 in Paris."""
LONG = "Librairie-disquaire-café des Trois Grandes Sœurs du Vieux Pont"


@pytest.fixture(autouse=True)
def now(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY)


@pytest.fixture
def jazz() -> Shop:
    """A record shop of jazz near Limoges, which posts and opens on Sunday."""
    shop = factories.make_shop(
        slug="plateau", name="Plateau Platine", kind="records", postcode="87120", city="Eymoutiers",
        latitude=45.738, longitude=1.742, opening_hours="Tu-Sa 10:00-12:00; Su 10:00-13:00",
        wheelchair="limited",
    )  # fmt: skip
    shop.services.create(kind=ServiceKind.MAIL_ORDER, how="Colis <suivi>, 6\xa0€")
    shop.services.create(kind=ServiceKind.EVENTS, how="Une fois par mois")
    for kind in ("jazz", "old_vinyl"):
        shop.specialities.create(kind=kind)
    return shop


def make_bookshops(count: int, city: str = "Bordeaux", **fields: object) -> list[Shop]:
    found = [
        factories.make_shop(
            slug=f"{city.lower()}-{number}", name=f"Pages {number}", postcode="33000", city=city,
            latitude=44.84 + number / 1000, longitude=-0.58, **fields,
        )
        for number in range(count)
    ]  # fmt: skip
    memory.forget()
    return found


def doors(client, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    return re.findall(r'class="door__name"><a href="/boutiques/([^"]+)"', page.content.decode())


ASKED = (
    "?near=Limoges&radius_km=50&kind=records&service=mail_order&speciality=jazz"
    "&day=sunday&wheelchair=limited"
)


def test_a_newcomer_finds_the_record_shop_that_posts_and_is_open_on_sunday(client, jazz):
    factories.make_shop(slug="ailleurs", kind="records", latitude=48.85, longitude=2.35)
    make_bookshops(1)
    assert doors(client, f"/boutiques{ASKED}") == ["plateau"]
    said = text(client.get(f"/boutiques{ASKED}"))
    page = client.get(f"/boutiques{ASKED}").content.decode()
    assert "Vente par correspondance</strong>\xa0: Colis &lt;suivi&gt;, 6\xa0€" in page
    assert "Une fois par mois" not in said
    assert re.search(r"dimanche 10.h – 13.h", said)
    assert "ferme dans 20 min" in said.replace("\xa0", " ")
    for chip in ("à moins de 50 km de Limoges (87)", "Vente par correspondance", "Jazz et blues"):
        assert chip in said.replace("\xa0", " ")


def test_each_chip_leads_to_the_list_without_its_filter(client, jazz):
    page = client.get(f"/boutiques{ASKED}").content.decode()
    links = [
        link.replace("&amp;", "&") for link in re.findall(r'class="chip" href="([^"]+)"', page)
    ]
    gone = ("&radius_km=50", "&kind=records", "&service=mail_order", "&speciality=jazz")
    assert links == [
        f"/boutiques{ASKED.replace(each, '')}"
        for each in (*gone, "&wheelchair=limited", "&day=sunday")
    ]
    for link in links:
        assert doors(client, link) == ["plateau"]


def test_an_address_that_a_form_littered_leads_to_the_short_one(client, jazz):
    littered = (
        "/boutiques?near=Limoges&radius_km=&kind=&q=&speciality=jazz&service=mail_order"
        "&day=&time=&department=&network=&wheelchair=&lat=&lon="
    )
    short = "/boutiques?near=Limoges&service=mail_order&speciality=jazz"
    answer = client.get(littered)
    assert (answer.status_code, answer["Location"]) == (302, short)
    assert doors(client, short) == ["plateau"]
    # A place that is cleared is forgotten, although the address says nothing of it any more.
    assert client.cookies["near"].value
    assert client.get("/boutiques?near=&q=")["Location"] == "/boutiques"
    assert not client.cookies["near"].value


def test_the_town_of_a_place_is_one_of_the_distances(client, jazz):
    make_bookshops(2)
    answer = client.get("/boutiques?near=Bordeaux&radius_km=town")
    assert answer["Location"] == "/boutiques?near=Bordeaux&town=Bordeaux&department=33"
    assert set(doors(client, answer["Location"])) == {"bordeaux-0", "bordeaux-1"}


def test_a_moment_that_is_none_is_told_and_filters_nothing(client, jazz):
    for asked in ("day=2020-01-01&time=10:00", "day=jamais", "time=25:61"):
        page = client.get(f"/boutiques?{asked}")
        assert 'id="when-error"' in page.content.decode(), asked
        assert 'aria-describedby="when-error"' in page.content.decode()
        assert doors(client, f"/boutiques?{asked}") == ["plateau"]


def test_open_first_and_by_name(client, jazz):
    make_bookshops(1, opening_hours="Th 10:00-19:00")
    assert doors(client, "/boutiques?sort=open") == ["plateau", "bordeaux-0"]
    assert doors(client, "/boutiques") == ["bordeaux-0", "plateau"]
    assert doors(client, "/boutiques?sort=name") == ["bordeaux-0", "plateau"]


def test_a_name_of_sixty_letters_and_a_shop_with_nothing_but_an_address_are_lines(client):
    factories.make_shop(slug="long", name=LONG)
    factories.make_shop(slug="nu", name="Nu", phone="", email="", opening_hours="")
    for language in ("fr", "en"):
        page = client.get("/boutiques", headers={"Accept-Language": language})
        assert LONG in text(page)
    assert doors(client, "/boutiques?sort=name") == ["long", "nu"]


def test_filters_of_people_are_not_for_search_engines(client, jazz):
    make_bookshops(FEWEST)

    def head(address: str) -> tuple[str, bool]:
        page = client.get(address).content.decode()
        (canonical,) = re.findall(r'<link rel="canonical" href="https?://[^/]+([^"]*)">', page)
        return canonical.replace("&amp;", "&"), "noindex" in page

    assert head("/boutiques") == ("/boutiques", False)
    assert head("/boutiques?near=Limoges") == ("/boutiques", False)
    assert head("/boutiques?kind=records") == ("/boutiques?kind=records", True)
    page = "/annuaire/bordeaux/librairies"
    assert head("/boutiques?kind=books&town=Bordeaux&department=33&near=Pau") == (page, False)
    assert head(page) == (page, False)


def test_a_page_of_a_place_is_there_for_three_shops(client, jazz):
    shops = make_bookshops(FEWEST, opening_hours="Mo-Su 10:00-19:00")
    shops[0].services.create(kind=ServiceKind.MAIL_ORDER)
    factories.make_shop(slug="toulouse", postcode="31000", city="Toulouse")
    memory.forget()
    paths = [page.path for page in index_pages()]
    assert "/annuaire/bordeaux/librairies/ouvertes-le-dimanche" in paths
    assert "/annuaire/gironde" in paths
    assert "/annuaire/haute-garonne" in paths
    assert "/annuaire/toulouse" not in paths
    assert len(set(paths)) == len(paths)
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200, path
        assert f"<h1>{page.context['place'].headline}</h1>" in page.content.decode()
    page = client.get("/annuaire/bordeaux/librairies/ouvertes-le-dimanche")
    assert "Librairies ouvertes le dimanche à Bordeaux" in text(page)
    assert doors(client, page.request["PATH_INFO"]) == [f"bordeaux-{n}" for n in range(FEWEST)]
    one = "/annuaire/bordeaux/librairies/par-correspondance"
    leads = "/boutiques?kind=books&service=mail_order&town=Bordeaux&department=33"
    assert client.get(one)["Location"] == leads
    for nothing in ("/annuaire/nulle-part", "/annuaire/bordeaux/epiceries", f"{one}-x"):
        assert client.get(nothing).status_code == 404


def test_towns_of_one_name_and_those_called_like_a_department_have_their_own_page(client):
    for number in range(FEWEST):
        make = factories.make_shop
        make(slug=f"v{number}", postcode="38200", city="Vienne")
        make(slug=f"d{number}", postcode="93200", city="Saint-Denis")
        make(slug=f"r{number}", postcode="97400", city="Saint-Denis")
    make(slug="poitiers")
    memory.forget()
    words = {page.spot.word: page.spot.code for page in index_pages()}
    assert (words["vienne"], words["vienne-38"]) == ("86", "38")
    assert {code for word, code in words.items() if word.startswith("saint-denis")} == {"93", "974"}
    assert "Librairies et disquaires dans la Vienne" in text(client.get("/annuaire/vienne"))


def test_a_page_of_a_place_stays_when_its_next_sunday_is_a_holiday(client, monkeypatch):
    # 1 November 2026 is a Sunday, and All Saints' Day.
    friday = datetime(2026, 10, 30, 10, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: friday)
    make_bookshops(FEWEST, opening_hours="Mo-Su 10:00-19:00; PH off")
    path = "/annuaire/bordeaux/librairies/ouvertes-le-dimanche"
    assert path in [page.path for page in index_pages()]
    assert doors(client, path) == []


def test_the_pages_of_places_are_found_from_each_other(client, jazz):
    make_bookshops(FEWEST)
    everything = client.get("/annuaire").content.decode()
    assert 'href="/annuaire/gironde"' in everything
    assert 'href="/annuaire/bordeaux"' in everything
    assert 'href="/annuaire/bordeaux"' in client.get("/annuaire/gironde").content.decode()
    assert 'href="/annuaire/haute-vienne"' in client.get("/boutiques/plateau").content.decode()
    assert 'href="/annuaire"' in client.get("/boutiques").content.decode()


def test_the_page_of_a_town_shows_what_its_shops_have_in_their_windows(client):
    shop, _other, *_rest = make_bookshops(2)
    elsewhere = factories.make_shop(city="Limoges", postcode="87000")
    for where, title in ((shop, "Rencontre à Bordeaux"), (elsewhere, "Rencontre à Limoges")):
        details = replace(DETAILS, title=title, starts=wall(2026, 12, 5, 18))
        announce_event(shop=where, details=details, actor=SYSTEM)
    told = text(client.get("/boutiques?town=Bordeaux"))
    assert "Rencontres à venir à Bordeaux" in told
    assert "Rencontre à Bordeaux" in told
    assert "Rencontre à Limoges" not in told
    assert "Rencontres à venir" not in text(client.get("/boutiques?kind=books"))


def test_the_list_names_whose_data_it_shows(client):
    shop = factories.make_shop()
    assert "OpenStreetMap" not in text(client.get("/boutiques"))
    shop.origins.create(field="opening_hours", imported=True, source="osm")
    memory.forget()
    assert "© OpenStreetMap contributors (ODbL-1.0)" in text(client.get("/boutiques", headers=EN))
    assert "OpenStreetMap" in text(client.get(f"/boutiques/{shop.slug}"))
