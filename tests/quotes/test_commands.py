"""Baskets and prices of parcels on the command line."""

import pytest
from click.testing import CliRunner

from comptoir.quotes.commands import quotes
from comptoir.quotes.models import PriceDecision, Tariff
from comptoir.quotes.start import STARTING_BANDS
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    """Return what a command printed; it went well."""
    result = CliRunner().invoke(quotes, words)
    assert result.exit_code == 0, result.output
    return result.output.replace("\u00a0", " ").replace("\u202f", " ")


def fails(*words: str) -> str:
    result = CliRunner().invoke(quotes, words)
    assert result.exit_code != 0
    return result.output


def test_a_basket_is_told_with_its_rules(shop) -> None:
    book = make_product(list_price_cents=1290, title="Le Clain", weight_grams=200)
    copy = make_offer(shop=shop, product=book, condition="VG", copy_ref="C1", price_cents=500)
    told = run("basket", shop.slug, f"{book.ean}x2", f"offer:{copy.pk}", "--mail", "75011")
    assert "2 × Le Clain" in told
    assert "25,80 €" in told
    assert "TVA 5,5 %" in told
    assert "4,95 €\tFrais de port" in told
    assert told.splitlines()[-1] == "35,75 €\tTotal"
    collected = run("basket", shop.slug, book.ean)
    assert collected.splitlines()[-1] == "12,90 €\tTotal"


def test_a_basket_that_has_no_total_says_why(shop) -> None:
    book = make_product(list_price_cents=1290)
    make_offer(product=book, shop=shop, price_cents=1500)
    told = run("basket", shop.slug, book.ean, "--mail", "75011")
    assert "quand la boutique aura tranché" in told
    assert told.splitlines()[-1] == "–\tTotal"
    assert "n’envoie rien" in run("basket", shop.slug, make_product().ean, "--country", "BE")


@pytest.mark.parametrize("line", ["9782000000006x0", "9782000000006xx", "9782000000006x100"])
def test_how_many_is_a_number(shop, line: str) -> None:
    assert "99" in fails("basket", shop.slug, line)


def test_rules_of_a_day_are_listed_with_their_sources() -> None:
    before, since = run("rules", "--day", "2023-10-06"), run("rules", "--day", "2023-10-07")
    assert "least_below=1," in before
    assert "least_below=300," in since
    assert "Arrêté du 4 avril 2023" in since
    fails("rules", "--day", "demain")


def test_prices_of_parcels_are_written_and_listed() -> None:
    shop = make_shop()
    run("tariff", shop.slug, "--start")
    assert Tariff.objects.get().bands.count() == len(STARTING_BANDS)
    told = run(
        "tariff", shop.slug, "--band", "france:250x30:4,20", "--band", "eu:500:14:tracked",
        "--box", "90",
    )  # fmt: skip
    assert "france:250x30:4,20\n" in told
    assert "eu:500:14,00:tracked" in told
    assert "+90 g" in told
    run("tariff", shop.slug, "--nothing")
    assert not Tariff.objects.get().bands.exists()
    for wrong in ("mars:5:1", "france:5", "france:x:1", "france:5:1:seen"):
        fails("tariff", shop.slug, "--band", wrong)


def test_books_with_two_prices_are_listed_and_decided(shop) -> None:
    book = make_product(list_price_cents=1290, title="Deux prix")
    make_offer(product=book, shop=shop, price_cents=1390)
    assert "Deux prix\tcaisse 13,90 €, éditeur 12,90 €" in run("decide", shop.slug)
    assert "Deux prix" not in run("decide", shop.slug, book.ean, "12,90")
    assert PriceDecision.objects.get().price_cents == 1290
    fails("decide", shop.slug, book.ean, "1,00")
