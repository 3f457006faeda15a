"""Each basket of the table costs what was worked out by hand, and says by which rule."""

from fractions import Fraction

import pytest
from django.utils.translation import override

from comptoir.core.money import format_cents
from comptoir.core.words import weight
from comptoir.quotes.basket import Basket, Delivery, Line, Quote, Scheme, Tax
from comptoir.quotes.phrases import postage_in_words, price_in_words, tax_in_words
from comptoir.quotes.places import place_of, seen_from
from comptoir.quotes.quotation import quote_of
from comptoir.quotes.rules import rules
from comptoir.shops.models import Shop
from tests.quotes.baskets import CASES, Case

FRENCH = {
    "publisher_price": "Livre neuf : le prix de l’éditeur, le même partout.",
    "publisher_price_less_discount": "Livre neuf : le prix de l’éditeur, moins la remise de la"
    " boutique, de 5 % au plus, pour qui le retire en librairie.",
    "publisher_price_by_till": "Livre neuf : le prix que la boutique connaît comme celui de"
    " l’éditeur ; aucune notice n’en dit d’autre.",
    "publisher_price_decided": "Livre neuf : le prix de l’éditeur, tel que la boutique l’a établi.",
    "free_price_sheet_music": "Partition : le prix de la boutique ; la loi sur le prix du livre ne"
    " s’y applique pas.",
    "free_price_audiobook": "Livre audio : le prix de la boutique ; la loi sur le prix du livre ne"
    " s’y applique pas.",
    "free_price": "Neuf : le prix de la boutique.",
    "used_price": "Occasion : le prix de la boutique.",
    "no_rate": "On ne connaît pas le taux de TVA de ce titre : demandez à la boutique.",
    "no_price": "On ne connaît pas le prix de ce titre : demandez à la boutique.",
    "no_weight": "On ne connaît pas le poids de ce titre : il peut être retiré en boutique, mais"
    " pas envoyé.",
    "copy_gone": "Cet exemplaire est parti.",
    "price_conflict": "La caisse de la boutique dit {till} et l’éditeur {publisher} : l’envoi sera"
    " possible quand la boutique aura tranché.",
    "collected": "Retrait en boutique : rien à payer pour cela.",
    "band": "Tarif de la boutique pour un colis de {grams}.",
    "least_for_new_books": "La loi veut au moins {cents} pour envoyer moins de 35,00 € de livres"
    " neufs, quel que soit le nombre de colis.",
    "more_than_nothing": "La loi interdit d’envoyer des livres neufs gratuitement : {cents}.",
    "collected_where_no_books_are_sold": "Des livres neufs ne se retirent gratuitement que là où"
    " l’on vend des livres : {cents}.",
    "no_post": "Cette boutique n’envoie pas de colis : retirez-le sur place.",
    "not_posted_there": "Cette boutique n’envoie rien vers : Union européenne.",
    "parcel_too_large": "Ce colis, de 6 080 g, dépasse ce que la boutique y envoie (jusqu’à 5 000"
    " g) : prenez moins de titres à la fois.",
}
TAXES = {"margin": Scheme.MARGIN, "export": Scheme.EXPORT, "none": Scheme.NONE}


def quote(case: Case) -> Quote:
    shop = Shop(kind=case.kind, postcode=case.shop)
    home = place_of("FR", case.shop)
    posted = bool(case.to) or case.country != "FR"
    to = place_of(case.country, case.to) if posted else home
    delivery = Delivery.MAIL if posted else Delivery.COLLECT
    zone = seen_from(home, to)
    return quote_of(
        Basket(shop, case.items, delivery, home, to, zone, case.day, case.parcels), rules()
    )


def tax(word: str) -> Tax:
    if word in TAXES:
        return Tax(TAXES[word])
    return Tax(Scheme.RATE, int(Fraction(word) * 100))


def name(of: Tax) -> str:
    return f"{of.rate / 100:g}" if of.scheme is Scheme.RATE else of.scheme.value


def told(line: Line) -> str:
    if line.refusal is not None:
        return f"! {line.refusal.code}"
    assert line.rule is not None
    assert line.tax is not None
    said = f"{line.unit_cents} {line.rule} {name(line.tax)}"
    return f"{said} conflict" if line.conflict else said


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_basket_costs_what_was_worked_out_by_hand(case: Case) -> None:
    found = quote(case)
    assert [told(line) for line in found.lines] == case.lines
    if found.postage is not None:
        assert f"{found.postage.cents} {found.postage.rule}" == case.postage
    else:
        assert (f"! {found.refusal.code}" if found.refusal else "-") == case.postage
    sums = [f"{name(each.tax)} {each.cents} {each.vat_cents}" for each in found.sums]
    assert "; ".join(sums) == case.sums
    assert found.total_cents == case.total


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_basket_says_why_in_french(case: Case) -> None:
    with override("fr"):
        found = quote(case)
        for line, expected in zip(found.lines, case.lines, strict=True):
            word = expected.split()[1]
            prices = line.conflict
            said = FRENCH[word].format(
                till=plain(format_cents(prices.till_cents)) if prices else "",
                publisher=plain(format_cents(prices.publisher_cents)) if prices else "",
            )
            if expected.endswith("conflict") and word != "price_conflict":
                assert prices is not None
                said += f" La caisse dit {plain(format_cents(prices.till_cents))}."
            assert plain(price_in_words(line)) == said
        word = case.postage.split()[-1]
        if found.postage is not None:
            values = {
                "grams": plain(weight(found.postage.grams)),
                "cents": plain(format_cents(found.postage.cents)),
            }
            assert plain(postage_in_words(found.postage)) == FRENCH[word].format(**values)
        elif found.refusal is not None:
            assert plain(str(found.refusal.message)) == FRENCH[word]


def test_there_are_enough_baskets_and_each_is_another() -> None:
    assert len({(case.name, case.to, case.day, case.kind, case.shop) for case in CASES}) == len(
        CASES
    )
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    ("word", "french", "english"),
    [
        ("5.5", "TVA 5,5 %", "VAT 5.5%"),
        ("20", "TVA 20 %", "VAT 20%"),
        ("2.1", "TVA 2,1 %", "VAT 2.1%"),
        (
            "margin",
            "Régime de la marge, biens d’occasion : aucune TVA n’est indiquée",
            "Margin scheme for second-hand goods: no VAT is shown",
        ),
        ("none", "TVA non applicable", "No VAT applies"),
    ],
)
def test_taxes_in_words(word: str, french: str, english: str) -> None:
    with override("fr"):
        assert plain(tax_in_words(tax(word))) == french
    with override("en"):
        assert tax_in_words(tax(word)) == english
