"""The poster of a shop: one page that a printer and a telephone both read."""

from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp

from comptoir.core import limits
from comptoir.site.shops.poster import LIMIT, draw
from tests.factories import make_shop

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
LONG = "La Grande Librairie indépendante des Quatre-Vents et d’Ailleurs"


def read(file: bytes) -> tuple[str, str]:
    """Return the text of a paper of one page, and what its QR code says, by other libraries."""
    paper = pypdfium2.PdfDocument(file)
    assert len(paper) == 1
    text = paper[0].get_textpage().get_text_range()
    (code,) = zxingcpp.read_barcodes(paper[0].render(scale=2).to_pil())
    return " ".join(text.split()), code.text


@pytest.mark.parametrize("name", ["Librairie du Clain", LONG, "W" * 60, "L’Œil écouté – ΑΒΓ"])
def test_it_fits_one_page_and_its_code_leads_to_the_shop(name):
    shop = make_shop(name=name)
    text, code = read(draw(shop, "fr", NOON))
    assert code == f"http://127.0.0.1:8000/boutiques/{shop.slug}"
    assert "".join(name.split()) in "".join(text.split())
    assert "05\u00a049\u00a000\u00a000\u00a000" in text or "05 49 00 00 00" in text


def test_a_shop_with_nothing_but_an_address_has_one(client):
    shop = make_shop(phone="", street="", email="", opening_hours="", description="")
    answer = client.get(f"/boutiques/{shop.slug}/affiche.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "Quels livres sont en rayon" in read(answer.content)[0]


def test_it_speaks_the_readers_language(client):
    shop = make_shop(kind="records")
    answer = client.get(f"/boutiques/{shop.slug}/affiche.pdf", headers={"accept-language": "en"})
    assert "Which records are on our shelves now?" in read(answer.content)[0]


def test_the_same_shop_of_the_same_day_is_the_same_file(client):
    shop = make_shop()
    path = f"/boutiques/{shop.slug}/affiche.pdf"
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    shop.name = "Autre"
    shop.save()
    assert client.get(path)["ETag"] != first["ETag"]


def test_a_shop_that_is_hidden_has_none(client):
    shop = make_shop(paused_at=NOON)
    assert client.get(f"/boutiques/{shop.slug}/affiche.pdf").status_code == 404


def test_nobody_draws_more_than_the_limit(client, settings, monkeypatch):
    monkeypatch.setattr(limits, "time", lambda: NOON.timestamp())
    settings.RATE_LIMITS = True
    settings.WORKERS = LIMIT.count
    path = f"/boutiques/{make_shop().slug}/affiche.pdf"
    assert [client.get(path).status_code for _ in range(2)] == [200, 429]
