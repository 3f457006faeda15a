"""The command that explains a number."""

from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.core.console import refusals
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import parse_ean
from comptoir.core.words import day_and_time
from comptoir.shops.models import Shop
from comptoir.shops.reads import named_shop
from comptoir.stock.explaining import Explanation, explain_numbers


@click.command("explain")
@click.option("--shop", "shop_name", required=True, help="Its word or its SIRET.")
@click.argument("ean")
def explain(shop_name: str, ean: str) -> None:
    """Explain what can be reserved of EAN in a shop, line by line (docs/stock-truth.md)."""
    with refusals():
        shop = named_shop(shop_name, actor=SYSTEM)
        product = Product.objects.filter(ean=parse_ean(ean)).first()
        found = explain_numbers(shop=shop, product_id=product.pk) if product else []
        if not found:
            raise NotFound("no_such_offer", _("This shop does not have this title."), ean=ean)
    for explanation in found:
        _tell(explanation, shop)


def _tell(explanation: Explanation, shop: Shop) -> None:
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
