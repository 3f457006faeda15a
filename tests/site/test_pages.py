"""Every public page, in both languages: it answers, says what it should and stays light."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from comptoir.catalogue.models import Availability, ProductState
from comptoir.search import reader
from comptoir.site import near
from comptoir.stock.models import Offer, ShopClock
from tests import factories
from tests.site.flows import text

MOST_BYTES = 100_000
LANGUAGES = ("fr", "en")


def pages(street) -> list[str]:
    return [
        "/",
        "/recherche",
        "/recherche?q=flaubert&near=Poitiers",
        "/recherche?q=xqzzkwv",
        f"/titre/{street.book.ref}?near=Poitiers",
        f"/titre/{street.nowhere.ref}",
        "/boutiques",
        "/boutiques?kind=records&near=Niort",
        "/boutiques/pilori",
        "/panier",
        "/tournee",
        f"/tournee?t={street.book.ref},{street.record.ref},{street.nowhere.ref}&near=Poitiers",
        "/vie-privee",
        "/accessibilite",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_answers_in_its_language(client, street, index, language):
    index()
    for path in pages(street):
        response = client.get(path, headers={"Accept-Language": language})
        page = response.content.decode()
        assert response.status_code == 200, path
        assert f'<html lang="{language}">' in page
        assert len(re.findall(r"<h1\b", page)) == 1, path
        assert "Français" in page
        assert "English" in page
        said = text(response)
        assert ("Espace boutiques" in said) == (language == "fr"), path
        assert ("Shop staff" in said) == (language == "en"), path


def test_no_page_holds_an_inline_style_or_script(client, street, index):
    index()
    for path in pages(street):
        page = client.get(path).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"\son[a-z]+=", page)
        scripts = re.findall(r"<script\b([^>]*)>", page)
        assert all("src=" in each or "application/" in each for each in scripts), path


def test_a_page_of_results_is_light(client, index):
    shop = factories.make_shop()
    for number in range(40):
        product = factories.make_product(title=f"Le phare des orages, tome {number}")
        factories.make_offer(shop=shop, product=product, on_hand=1)
    index()
    page = client.get("/recherche?q=phare&near=Poitiers").content
    assert page.count(b'<article class="result">') == 20
    assert len(page) + _sent(page.decode()) < MOST_BYTES
    packed = client.get("/recherche?q=phare", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(page) / 4


def _sent(page: str) -> int:
    """Return the weight, as it is sent, of the style and the scripts a page asks for."""
    from django.contrib.staticfiles import finders

    found = re.findall(r'(?:src|href)="/static/([^"]+\.(?:css|js))"', page)
    assert found
    return sum(len(gzip.compress(Path(finders.find(path)).read_bytes())) for path in set(found))


def test_a_result_answers_in_one_line(client, street, index):
    index()
    said = text(client.get("/recherche?q=education+sentimentale&near=Poitiers"))
    line = said[said.index("Gustave Flaubert") :]
    for word in ("en rayon", "à ", "Librairie du Pilori", "ouverte", "vu à l’instant", "8,90"):
        assert word in line, word
        line = line[line.index(word) :]
    assert "Réserver" in line


def test_filters_choose_and_are_kept(client, street, index):
    index()
    assert "Préludes" not in text(client.get("/recherche?q=preludes&kind=book"))
    page = client.get("/recherche?q=preludes&kind=record&format=lp&within=5&near=Poitiers")
    assert "Préludes" in text(page)
    assert '<option value="5" selected>' in page.content.decode()
    far = text(client.get("/recherche?q=preludes&within=5&near=Bordeaux"))
    assert "Rien trouvé pour" in far
    assert "sans les filtres" in far


@pytest.mark.parametrize("query", ["cursor=%01", "kind=x&format=y&within=z", "lat=abc&lon=1e999"])
def test_nonsense_in_the_address_does_no_harm(client, street, index, query):
    index()
    assert client.get(f"/recherche?q=flaubert&{query}").status_code == 200


def test_an_unknown_place_is_said(client, street, index):
    index()
    said = text(client.get("/recherche?q=flaubert&near=Zzyzxville"))
    assert "Nous ne connaissons pas « Zzyzxville »" in said.replace("\u202f", " ")


def test_the_place_is_remembered_and_forgotten(client, street):
    client.get("/?near=Poitiers")
    assert client.cookies[near.COOKIE]["samesite"] == "Lax"
    assert "Poitiers (86)" in client.get("/").content.decode()
    client.get("/?near=")
    assert "Poitiers (86)" not in client.get("/").content.decode()


def test_a_position_is_rounded(client, street):
    client.get("/?lat=46.580215&lon=0.340400")
    assert client.cookies[near.COOKIE].value.startswith("46.5800,0.3400")


@pytest.mark.parametrize("cookie", ["x", "1,2", "999,0,Rome", "46.58,0.34,%00", ",,,", "a" * 9000])
def test_an_altered_place_cookie_does_no_harm(client, street, cookie):
    client.cookies[near.COOKIE] = cookie
    assert client.get("/").status_code == 200


def test_the_product_page_keeps_new_and_used_apart(client, street):
    said = text(client.get(f"/titre/{street.book.ref}?near=Poitiers"))
    new, used = said.index("Neuf"), said.index("Occasion")
    assert said.index("Librairie du Pilori") > new
    assert said.index("4,50") > used
    assert said.index("Librairie du Pilori") < said.index("Librairie du Donjon")
    assert "17 novembre 1869" in said
    assert "2 exemplaires" in said


def test_a_bestseller_shows_the_nearest_shops_and_the_rest_when_asked(client, db):
    book = factories.make_product()
    offers = [factories.make_offer(product=book) for _ in range(12)]
    marks = [f'name="offer" value="{offer.pk}"' for offer in offers]
    near, every = (
        client.get(f"/titre/{book.ref}{query}").content.decode() for query in ("", "?offers=all")
    )
    assert [sum(mark in page for mark in marks) for page in (near, every)] == [10, 12]
    assert "?offers=all#shops" in near
    assert "?offers=all#shops" not in every


def test_a_title_nobody_has_can_be_ordered(client, street):
    response = client.get(f"/titre/{street.nowhere.ref}")
    said = text(response)
    assert "Dans aucun rayon en ce moment" in said
    assert "Le commander" in said
    assert "Librairie du Pilori" in said
    assert "Librairie du Donjon" not in said


def test_the_nearest_that_had_it_are_shown(client, street):
    factories.make_offer(shop=street.far, product=street.nowhere, on_hand=1)
    street.far.offers.filter(product=street.nowhere).update(on_hand=0)
    said = text(client.get(f"/titre/{street.nowhere.ref}"))
    assert "Elles l’avaient récemment" in said
    assert "Librairie du Donjon" in said


def test_what_is_no_longer_published_is_not_ordered(client, street):
    street.nowhere.availability = Availability.UNAVAILABLE
    street.nowhere.save()
    said = text(client.get(f"/titre/{street.nowhere.ref}"))
    assert "Il n’est plus édité" in said
    assert "Le commander" not in said


def test_an_ean_that_only_a_till_knows_is_not_shown(client, street):
    stub = factories.make_product(state=ProductState.UNKNOWN, title="")
    assert client.get(f"/titre/{stub.ref}").status_code == 404
    assert client.get(f"/couverture/{stub.ref}.svg").status_code == 404


def test_another_way_to_write_an_ean_leads_to_its_address(client, street):
    ean = street.book.ref
    response = client.get(f"/titre/{ean[:3]}-{ean[3:]}?near=Niort")
    assert response.status_code == 301
    assert response.url == f"/titre/{ean}?near=Niort"


def test_structured_data_cannot_leave_its_script(client, db):
    product = factories.make_product(title="</script><script>alert(1)</script>&")
    page = client.get(f"/titre/{product.ref}").content.decode()
    assert "<script>alert" not in page
    assert "\\u003c/script" in page


def test_a_cover_is_kept_and_asked_for_by_its_tag(client, street):
    response = client.get(f"/couverture/{street.book.ref}.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "public" in response.headers["Cache-Control"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    again = client.get(
        f"/couverture/{street.book.ref}.svg", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304
    assert not again.content


def test_the_directory_filters(client, street):
    assert "Sillon" in text(client.get("/boutiques?kind=records"))
    assert "Pilori" not in text(client.get("/boutiques?kind=records"))
    assert "Donjon" not in text(client.get("/boutiques?service=special_orders"))
    assert "Donjon" in text(client.get("/boutiques?department=79"))
    assert "Pilori" not in text(client.get("/boutiques?department=79"))
    nothing = text(client.get("/boutiques?department=79&kind=records"))
    assert "Aucune boutique ne répond à tout cela" in nothing


def test_open_now_hides_the_closed(client, street):
    street.far.opening_hours = "off"
    street.far.save()
    assert "Donjon" not in text(client.get("/boutiques?open=1"))
    assert "Pilori" in text(client.get("/boutiques?open=1"))


def test_a_shop_shows_and_searches_its_shelves(client, street):
    page = text(client.get("/boutiques/pilori"))
    assert "L’Éducation sentimentale" in page
    assert "05 49 00 00 00" in page.replace("\u00a0", " ")
    assert "Flaubert" in text(client.get("/boutiques/pilori?q=flaubert"))
    assert "Rien ici pour" in text(client.get("/boutiques/pilori?q=stendhal"))
    assert "Flaubert" in text(client.get(f"/boutiques/pilori?q={street.book.ean}"))
    used = text(client.get("/boutiques/donjon?condition=used"))
    assert "4,50" in used
    assert "8,90" not in used


def test_a_shop_that_is_paused_is_not_there(client, street):
    from django.utils import timezone

    street.near.paused_at = timezone.now()
    street.near.save()
    assert client.get("/boutiques/pilori").status_code == 404
    assert "Pilori" not in text(client.get("/boutiques"))


@pytest.mark.usefixtures("shops_are_kept")
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/recherche?q=flaubert&near=Poitiers", 4),
        ("/titre/{ref}?near=Poitiers", 4),
        ("/boutiques?near=Poitiers", 0),
        ("/boutiques/donjon", 1),
        ("/", 1),
    ],
)
def test_queries_are_bounded(client, street, index, django_assert_max_num_queries, path, most):
    for _ in range(12):
        shop = factories.make_shop(opening_hours=factories.WEEK)
        factories.make_offer(shop=shop, product=street.book, on_hand=1)
        factories.make_offer(shop=street.far, on_hand=1)
    index()
    for known in ("/", "/boutiques/donjon"):
        client.get(known)
    with django_assert_max_num_queries(most):
        assert client.get(path.format(ref=street.book.ref)).status_code == 200


def test_what_programs_read(client, street):
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /reservation/" in robots
    assert f"Sitemap: {django_settings.BASE_URL}/sitemap.xml" in robots
    parts = re.findall(r"<loc>[^<]*?(/[^/<]*)</loc>", client.get("/sitemap.xml").content.decode())
    everything = "".join(client.get(part).content.decode() for part in parts)
    assert f"/titre/{street.book.ref}</loc>" in everything
    assert "/boutiques/pilori</loc>" in everything
    assert b"{searchTerms}" in client.get("/opensearch.xml").content
    assert client.get("/manifest.webmanifest").json()["start_url"] == "/"


def test_errors_have_the_look(client, street, settings):
    response = client.get("/nulle-part")
    assert response.status_code == 404
    assert "Cette page n’est pas dans nos rayons" in text(response)
    assert client.get("/titre/9780000000000").status_code == 404
    strict = type(client)(enforce_csrf_checks=True)
    refused = strict.post("/panier", {"action": "add"})
    assert refused.status_code == 403
    assert "Cette page ne vous est pas ouverte" in text(refused)


def test_a_fault_has_its_page(client, street, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr("comptoir.site.home.newest_on_shelf", fail)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Quelque chose s’est cassé de notre côté" in text(response)


def test_the_language_is_switched(client, street):
    client.get("/")
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/boutiques"}, follow=True)
    assert "Shop staff" in text(response)
    assert response.redirect_chain == [("/boutiques", 302)]


def test_the_demonstration_says_so(client, street, settings):
    assert "Démonstration" not in text(client.get("/"))
    settings.DEMO = True
    assert 'href="/demo/mails"' in client.get("/").content.decode()


def test_without_an_index_the_search_says_so(client, db, settings, tmp_path):
    reader.READER.forget()
    settings.VAR = tmp_path
    response = client.get("/recherche?q=hugo")
    assert response.status_code == 503
    assert "Un instant" in text(response)
    reader.READER.forget()


def test_a_silent_shop_shows_and_counts_no_title(client, street):
    page = "/boutiques/donjon"
    assert client.get(page).context["sections"].total == 2
    old = timezone.now() - timedelta(hours=97)
    Offer.objects.filter(shop=street.far).update(as_of=old)
    assert client.get(page).context["sections"].total == 0
    ShopClock.objects.update_or_create(shop=street.far, defaults={"new_as_of": timezone.now()})
    sections = client.get(page).context["sections"]
    assert [product for product, _row in sections.rows] == [street.book]
    assert sections.total == 1
