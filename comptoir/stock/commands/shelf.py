"""The command line of the shelf: what is there, sold, received, counted, and why."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import by_number
from comptoir.core.console import refusals
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import parse_number
from comptoir.core.words import day_and_time
from comptoir.shops.models import Shop
from comptoir.shops.reads import named_shop
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.explain import Explanation, explain_numbers
from comptoir.stock.shelf.ledger import Entry
from comptoir.stock.shelf.models import Condition

_shop_option = click.option("--shop", "shop_name", required=True, help="Its word or its SIRET.")
_condition_option = click.option(
    "--condition", type=click.Choice(Condition.values), help="Of the copies; new unless said."
)


@click.command("sell")
@_shop_option
@_condition_option
@click.argument("ean")
@click.argument("quantity", type=int, default=1)
def sell(shop_name: str, condition: str | None, ean: str, quantity: int) -> None:
    """Take away QUANTITY copies of EAN that were sold at the counter."""
    _enter(ledger.sell, shop_name, ean=ean, quantity=quantity, condition=condition)


@click.command("receive")
@_shop_option
@_condition_option
@click.argument("ean")
@click.argument("quantity", type=int, default=1)
def receive(shop_name: str, condition: str | None, ean: str, quantity: int) -> None:
    """Add QUANTITY copies of EAN that arrived."""
    _enter(ledger.receive, shop_name, ean=ean, quantity=quantity, condition=condition or "new")


@click.command("count")
@_shop_option
@_condition_option
@click.option("--as-of", type=datetime.fromisoformat, help="When it was counted, in ISO 8601.")
@click.argument("ean")
@click.argument("count", type=int)
def count(
    shop_name: str, condition: str | None, as_of: datetime | None, ean: str, count: int
) -> None:
    """Hold true that there are COUNT copies of EAN, held ones included."""
    _enter(
        ledger.set_count, shop_name, ean=ean, count=count, at=as_of, condition=condition or "new"
    )


def _enter(verb: Callable[..., Entry], shop_name: str, **values: object) -> None:
    with refusals():
        entry = verb(shop=named_shop(shop_name, actor=SYSTEM), actor=SYSTEM, **values)
    offer = entry.offer
    click.echo(
        _("%(delta)+d: now %(on_hand)d on hand, %(held)d of them promised.")
        % {"delta": entry.delta, "on_hand": offer.on_hand, "held": offer.held}
    )
    if entry.promised:
        click.secho(
            _("Careful: readers are waiting for %d of these copies.") % entry.promised, fg="red"
        )


@click.command("explain")
@click.option("--shop", "shop_name", required=True, help="Its word or its SIRET.")
@click.argument("ean")
def explain(shop_name: str, ean: str) -> None:
    """Explain what can be reserved of EAN in a shop, line by line (docs/stock-truth.md)."""
    with refusals():
        shop = named_shop(shop_name, actor=SYSTEM)
        product = Product.objects.filter(**by_number(parse_number(ean), shop.pk)).first()
        found = explain_numbers(shop=shop, product_id=product.pk) if product else []
        if not found:
            raise NotFound("no_such_offer", _("This shop does not have this title."), ean=ean)
    for explanation in found:
        _show(explanation, shop)


def _show(explanation: Explanation, shop: Shop) -> None:
    zone = ZoneInfo(shop.time_zone)
    click.secho(explanation.standing.offer.get_condition_display(), bold=True)
    for line in explanation.lines:
        when = f" ({day_and_time(line.at, zone)})" if line.at else ""
        click.echo(f"{line.delta:+6d}  {line.what}{when}")
    total = _("can be reserved now: %(confidence)s") % {
        "confidence": explanation.standing.confidence
    }
    click.echo(f"{explanation.total:6d}  {total}")
    for reason in explanation.why:
        click.echo(f"        {reason}")
