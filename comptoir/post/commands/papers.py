"""Commands of a day's post: its papers and the carrier's table, written to files of one's own."""

from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import get_language

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.sheet import write_sheet
from comptoir.post.layouts import layout_of
from comptoir.post.models import Parcel
from comptoir.post.papers.sheets import DEFAULT_SHEET, SHEETS, sheet_of
from comptoir.post.prints import Wanted, printed, row_of
from comptoir.post.reads import days_post, parcels_of
from comptoir.shops.reads import named_shop

_PARTS = ("slips", "labels", "customs")


@click.command()
@click.argument("shop")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--parcel", "keys", type=int, multiple=True, help="Only these; by default all here.")
@click.option("--sheet", type=click.Choice([*SHEETS]), default=DEFAULT_SHEET, show_default=True)
@click.option("--first", type=int, default=1, show_default=True, help="Where the first label is.")
@click.option("--only", type=click.Choice(_PARTS), multiple=True, help="By default all parts.")
def papers(
    shop: str, file: Path, keys: tuple[int, ...], sheet: str, first: int, only: tuple[str, ...]
) -> None:
    """Write slips, labels and what customs ask of SHOP's parcels to FILE, as PDF."""
    with refusals():
        made = printed(
            _parcels(shop, keys),
            wanted=Wanted(**{part: not only or part in only for part in _PARTS}),
            sheet=sheet_of(sheet, first),
            first=first,
            language=get_language() or "fr",
            made_at=timezone.now(),
        )
    file.write_bytes(made)


@click.command()
@click.argument("shop")
@click.argument("layout")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--parcel", "keys", type=int, multiple=True, help="Only these; by default all here.")
def table(shop: str, layout: str, file: Path, keys: tuple[int, ...]) -> None:
    """Write SHOP's parcels to FILE, as the table LAYOUT of a carrier's site."""
    with refusals():
        rows = layout_of(layout).rows([row_of(parcel) for parcel in _parcels(shop, keys)])
    with file.open("wb") as out:
        write_sheet(out, rows)


def _parcels(slug: str, keys: tuple[int, ...]) -> list[Parcel]:
    shop = named_shop(slug, actor=SYSTEM)
    if not keys:
        day = days_post(shop=shop, actor=SYSTEM)
        keys = tuple(parcel.pk for each in day.orders for parcel in each.here)
    return parcels_of(shop=shop, keys=keys, actor=SYSTEM)
