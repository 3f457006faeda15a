"""The command that lists what a shop has, as its counter does."""

from itertools import chain, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.money import format_cents
from comptoir.core.sheet import write_sheet
from comptoir.shops.reads import named_shop
from comptoir.stock.assortment.reads import Total, each, total
from comptoir.stock.assortment.request import CONDITIONS, Sort, State, read_request
from comptoir.stock.assortment.rows import Row
from comptoir.stock.assortment.table import COLUMNS, cells
from comptoir.stock.shelf.window import SECTION_NAMES


@click.command("list")
@click.argument("shop_name", metavar="SHOP")
@click.option(
    "--state", type=click.Choice(State.values), default=State.THERE.value, help="Which list."
)
@click.option("--section", type=click.Choice(list(SECTION_NAMES)))
@click.option("--publisher", default="", help="How the publisher or label begins.")
@click.option("--condition", type=click.Choice(CONDITIONS))
@click.option("--silent", type=int, default=0, help="Without a movement for so many months.")
@click.option("--sort", default="", help=f"{', '.join(Sort.values)}; with - before it, reversed.")
@click.option("--most", type=click.IntRange(1), default=50, help="So many lines on the screen.")
@click.option(
    "--csv",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the whole list to this file instead.",
)
def list_(shop_name: str, most: int, file: Path | None, **words: object) -> None:
    """List what SHOP (its slug or SIRET) has: number, title, condition, copies, price."""
    with refusals():
        request = read_request({name: str(value or "") for name, value in words.items()})
        shop = named_shop(shop_name, actor=SYSTEM)
        now = timezone.now()
        summed = total(shop=shop, actor=SYSTEM, request=request, at=now)
        rows = each(shop=shop, actor=SYSTEM, request=request, at=now)
        if file:
            zone = ZoneInfo(shop.time_zone)
            with file.open("wb") as sink:
                write_sheet(sink, chain([COLUMNS], (cells(row, zone) for row in rows)))
        else:
            for row in islice(rows, most):
                click.echo("\t".join(_line(row)))
    click.echo(_told(summed))


def _line(row: Row) -> list[str]:
    price = "" if row.price_cents is None else format_cents(row.price_cents)
    number = row.product.number or row.product.ref
    count = row.asked if row.offer_id is None else row.on_hand
    return [number, str(row.product), row.product.byline, row.condition_name, str(count), price]


def _told(summed: Total) -> str:
    titles = ngettext("%(n)d title", "%(n)d titles", summed.titles) % {"n": summed.titles}
    copies = ngettext("%(n)d copy", "%(n)d copies", summed.copies) % {"n": summed.copies}
    told = _("%(titles)s, %(copies)s, %(value)s at sale price")
    value = format_cents(summed.value_cents)
    return told % {"titles": titles, "copies": copies, "value": value}
