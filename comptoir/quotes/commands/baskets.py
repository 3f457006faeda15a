"""What a basket costs, on the command line, and which rules hold on a day."""

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import invalid
from comptoir.core.money import format_cents
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.commands.days import read_day
from comptoir.quotes.phrases import postage_in_words, price_in_words, tax_in_words
from comptoir.quotes.reads import Asked, Wish, quote_for
from comptoir.quotes.rules import rules
from comptoir.shops.reads import named_shop


@click.command()
@click.argument("shop")
@click.argument("lines", nargs=-1, required=True)
@click.option("--mail", "postcode", help="Posted to this postcode; collected without it.")
@click.option("--country", default="FR", help="Posted to this country: two letters.")
@click.option("--day", default="", help="As 2026-11-30; today without it.")
def basket(shop: str, lines: tuple[str, ...], postcode: str | None, country: str, day: str) -> None:
    """Say what LINES cost at SHOP (its slug or SIRET): each an EAN, an ISBN or p and a key, or
    offer: and the key of an offer, and perhaps x and how many (9782070612369x2)."""
    posted = postcode is not None or country.upper() != "FR"
    with refusals():
        wish = Wish(
            Delivery.MAIL if posted else Delivery.COLLECT, country, postcode or "", read_day(day)
        )
        found = quote_for(named_shop(shop, actor=SYSTEM), [_line(each) for each in lines], wish)
    _tell(found)


@click.command("rules")
@click.option("--day", default="", help="As 2026-11-30; today without it.")
def rules_(day: str) -> None:
    """List the rules that hold on a day: kind, since, until, values, source."""
    with refusals():
        asked = read_day(day) or timezone.localdate()
    for kind, rows in rules().rows.items():
        for row in rows:
            if row.holds(asked):
                values = ", ".join(f"{name}={value}" for name, value in row.values.items())
                until = row.until.isoformat() if row.until else ""
                click.echo("\t".join([kind, row.since.isoformat(), until, values, row.source]))


def _tell(quote: Quote) -> None:
    for line in quote.lines:
        price = "–" if line.refusal else format_cents(line.cents)
        tax = tax_in_words(line.tax) if line.tax and not line.refusal else ""
        name = f"{line.item.quantity} × {line.item.product}"
        click.echo("\t".join([price, name, tax, price_in_words(line)]))
    if quote.postage is not None:
        told = postage_in_words(quote.postage)
        click.echo("\t".join([format_cents(quote.postage.cents), _("Postage"), "", told]))
    elif quote.refusal is not None:
        click.echo("\t".join(["–", _("Postage"), "", str(quote.refusal.message)]))
    for each in quote.sums:
        told = f"{tax_in_words(each.tax)}: {format_cents(each.vat_cents)}"
        click.echo("\t".join([format_cents(each.cents), told]))
    total = quote.total_cents
    click.echo("\t".join(["–" if total is None else format_cents(total), _("Total")]))


def _line(text: str) -> Asked:
    name, _x, count = text.partition("x")
    if count and not (count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= 99):
        raise invalid("line", _("“%(text)s”: behind x stands how many, up to 99.") % {"text": text})
    quantity = int(count) if count else 1
    offer = name.removeprefix("offer:")
    if offer != name and offer.isascii() and offer.isdigit():
        return Asked(quantity=quantity, offer_id=int(offer))
    return Asked(name, quantity)
