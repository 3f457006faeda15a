"""Sales to report on the command line."""

from datetime import date
from pathlib import Path
from typing import cast

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import invalid
from comptoir.core.sheet import write_sheet
from comptoir.papers.models import CountedBy
from comptoir.papers.reads import reported
from comptoir.papers.sales import table
from comptoir.quotes.commands.days import read_day
from comptoir.shops.reads import named_shop


@click.command()
@click.argument("shop")
@click.option("--since", required=True, help="The first day, as 2026-11-01.")
@click.option("--until", required=True, help="The last day, as 2026-11-30.")
@click.option("--by", type=click.Choice(CountedBy.values), help="Another day than the shop’s own.")
@click.option("--out", type=click.Path(path_type=Path), help="Write a CSV there.")
def sales(shop: str, since: str, until: str, by: str | None, out: Path | None) -> None:
    """List what of SHOP (its slug or SIRET) was paid in advance, by day, rate and category."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        first, last = _day(since), _day(until)
        rows = reported(found, first, last, actor=SYSTEM, by=CountedBy(by) if by else None)
    if out:
        with out.open("wb") as file:
            write_sheet(file, table(rows))
        return
    for row in table(rows):
        click.echo("\t".join(map(str, row)))


def _day(text: str) -> date:
    if not text:
        raise invalid("day", _("Name the first and the last day, as 2026-11-30."))
    return cast(date, read_day(text))
