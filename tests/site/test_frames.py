"""The frame that other sites show, and the page that makes it."""

import re

import pytest
from django.test import Client
from django.urls import resolve

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import ProductKind
from comptoir.shops.operations import SettingsChange
from comptoir.stock.shelf.ledger import change_settings
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db

LIMOGES = {"latitude": 45.8336, "longitude": 1.2611, "city": "Limoges", "postcode": "87000"}


@pytest.fixture
def title():
    """A title that a shop of Poitiers and one of Limoges have."""
    product = make_product(title="L’Été <b>indien</b>", byline="A. & B.")
    make_offer(product=product, shop=make_shop(name="Librairie du Clain"), on_hand=3)
    make_offer(product=product, shop=make_shop(name="Librairie de la Vienne", **LIMOGES))
    return product


def framed(client, address, **values):
    answer = client.get(address, values)
    assert answer.status_code == 200
    return answer, answer.content.decode()


def shops_of(page):
    return re.findall(r'class="shop"><a [^>]+>([^<]+)<', page)


def test_the_shops_near_the_place_of_the_address_come_first(client, title):
    _answer, page = framed(client, f"/ou-trouver/{title.ean}", near="Limoges")
    assert shops_of(page) == ["Librairie de la Vienne", "Librairie du Clain"]
    _answer, page = framed(client, f"/ou-trouver/{title.ean}", near="Poitiers")
    assert shops_of(page) == ["Librairie du Clain", "Librairie de la Vienne"]
    assert "L’Été &lt;b&gt;indien&lt;/b&gt;" in page


def test_no_cookie_is_read_or_set_and_caches_may_keep_it(title):
    plain, page = framed(Client(), f"/ou-trouver/{title.ean}")
    reader = Client(headers={"accept-language": "en"})
    reader.cookies["near"] = "45.8336,1.2611,Limoges"
    reader.cookies["django_language"] = "en"
    same, other = framed(reader, f"/ou-trouver/{title.ean}")
    assert page == other
    assert plain["ETag"] == same["ETag"]
    for answer in (plain, same):
        assert not answer.cookies
        assert answer["Cache-Control"].startswith("public, max-age=60")
        assert "cookie" not in answer.get("Vary", "").lower()
    again = Client().get(f"/ou-trouver/{title.ean}", headers={"if-none-match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_frame_alone_may_be_framed(client, title):
    answer, page = framed(client, f"/ou-trouver/{title.ean}")
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "<script" not in page
    for path in ("/", f"/titre/{title.ean}", "/boutiques", "/ou-trouver", "/comptoir/"):
        other = client.get(path)
        assert "frame-ancestors *" not in other.get("Content-Security-Policy", "")
        assert other["X-Frame-Options"] == "DENY"


def test_every_link_leads_out_of_the_frame(client, title):
    _answer, page = framed(client, f"/ou-trouver/{title.ean}")
    links = re.findall(r"<a ([^>]+)>", page)
    outside = [each for each in links if 'href="tel:' not in each]
    assert len(outside) >= 4
    assert all('target="_blank" rel="noopener"' in each for each in outside)
    assert all('href="http' in each for each in outside)


def test_its_language_is_that_of_the_address(client, title):
    french = framed(client, f"/ou-trouver/{title.ean}")[1]
    english = framed(client, f"/ou-trouver/{title.ean}", langue="en")[1]
    assert ('lang="fr"' in french, 'lang="en"' in english) == (True, True)
    assert "Réserver un exemplaire" in french
    assert "Reserve a copy" in english
    assert 'lang="fr"' in framed(client, f"/ou-trouver/{title.ean}", langue="xx")[1]


def test_a_place_that_nobody_knows_is_told(client, title):
    _answer, page = framed(client, f"/ou-trouver/{title.ean}", near="Nullepart-sur-Rien")
    assert 'aria-invalid="true"' in page
    assert len(shops_of(page)) == 2


def test_a_title_that_nobody_has_says_so(client):
    _answer, page = framed(client, f"/ou-trouver/{make_product().ean}")
    assert "Aucune boutique ne l’a en rayon en ce moment." in page


def test_a_title_that_nobody_knows_is_not_there(client):
    assert client.get("/ou-trouver/9782070612369").status_code == 404
    assert client.get("/ou-trouver/liste").status_code == 200
    assert resolve("/ou-trouver/liste").url_name == "frame_titles"


def test_a_shop_that_shows_nothing_is_not_in_it(client, title):
    shop = make_shop(name="Librairie du Silence")
    make_offer(product=title, shop=shop)
    assert "Silence" in framed(client, f"/ou-trouver/{title.ean}")[1]
    change_settings(shop=shop, change=SettingsChange(stock_shown="nothing"), actor=SYSTEM)
    assert "Silence" not in framed(client, f"/ou-trouver/{title.ean}")[1]


def test_a_list_names_each_title_and_the_nearest_shop(client, title):
    record = make_product(title="Bleu", kind=ProductKind.RECORD)
    own = make_product(source="till", source_ref="1:2000000000015", title="Carnet")
    asked = f"{record.ean},{title.ean},9782070612369,p{own.pk}"
    answer, page = framed(client, "/ou-trouver/liste", titres=asked, near="Limoges")
    assert shops_of(page) == ["Bleu", "L’Été &lt;b&gt;indien&lt;/b&gt;"]
    assert "Librairie de la Vienne</b>, Limoges" in page
    assert page.count("Aucune boutique ne l’a") == 1
    assert "2 boutiques" in page
    assert f'value="{asked}"' in page
    assert "frame-ancestors *" in answer["Content-Security-Policy"]


def test_a_list_is_two_questions_whatever_its_length(
    client, title, django_assert_num_queries, shops_are_kept
):
    refs = [make_product().ean for _ in range(12)]
    client.get("/ou-trouver/liste", {"titres": title.ean})
    with django_assert_num_queries(3):
        client.get("/ou-trouver/liste", {"titres": ",".join([title.ean, *refs])})


def test_the_maker_gives_the_code_and_shows_it(client, title):
    page = client.get("/ou-trouver", {"titres": title.ean, "near": "Limoges", "dans": "en"})
    text = page.content.decode()
    (source,) = re.findall(r'<iframe class="[^"]+" src="([^"]+)"', text)
    assert source == f"/ou-trouver/{title.ean}?near=Limoges+%2887%29&amp;langue=en"
    assert framed(client, source.replace("&amp;", "&"))[0].status_code == 200
    assert "&lt;iframe src=&quot;" in text
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "Where to find it near you" in text


def test_the_maker_names_what_it_does_not_know(client, title):
    text = client.get("/ou-trouver", {"titres": f"{title.ean} 9782070612369 abc"}).content.decode()
    assert "9782070612369, abc" in text
    assert "<iframe class" in text
    assert "<iframe class" not in client.get("/ou-trouver", {"titres": "abc"}).content.decode()


def test_the_maker_takes_no_more_than_it_can_show(client):
    refs = [make_product().ean for _ in range(45)]
    text = client.get("/ou-trouver", {"titres": "\n".join(refs)}).content.decode()
    (source,) = re.findall(r'<iframe class="[^"]+" src="([^"]+)"', text)
    assert source.count(",") == 39
