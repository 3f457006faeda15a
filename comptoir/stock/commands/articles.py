"""The command line of what a shop arranges once of its till: its articles, its columns, its
name."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import all_refused, refusals
from comptoir.shops.reads import named_shop
from comptoir.stock.arrivals.articles import arrange, load_articles, unknown_articles
from comptoir.stock.formats import FILES, FORMATS

_SHOWN = 10
_shop_option = click.option("--shop", "shop_name", required=True, help="Its word or its SIRET.")


@click.command("items")
@_shop_option
@click.option("--format", "format_", type=click.Choice(sorted(FORMATS)), required=True)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def items(shop_name: str, format_: str, file: Path | None) -> None:
    """Learn from FILE, a till's list of articles, which title each is; without, list the unknown.

    The list is a CSV with the till's own reference and the EAN of each article. Exits with 1 when
    every line was refused.
    """
    with refusals():
        shop = named_shop(shop_name, actor=SYSTEM)
        if file is None:
            for each in unknown_articles(shop, format_):
                click.echo(f"{each.item}  {each.name}")
            return
        with file.open("rb") as stream:
            loaded = load_articles(shop=shop, format=format_, stream=stream, actor=SYSTEM)
    for line in loaded.refusals[:_SHOWN]:
        click.echo(_("line %(line)d: %(why)s") % {"line": line.line, "why": line.message}, err=True)
    click.echo(
        _("Articles known by their EAN: %(taken)d. Lines refused: %(refused)d.")
        % {"taken": loaded.taken, "refused": len(loaded.refusals)}
    )
    if all_refused(taken=loaded.taken, refused=len(loaded.refusals)):
        raise click.exceptions.Exit(1)


@click.command("arrange")
@_shop_option
@click.option("--format", "format_", type=click.Choice(sorted(FILES)), required=True)
@click.option("--shop-code", help="What the till calls the shop, in files of several shops.")
@click.option(
    "--column", "columns", multiple=True, help="ean=Gencod, quantity=Qté; may be repeated."
)
def arrange_(shop_name: str, format_: str, shop_code: str | None, columns: tuple[str, ...]) -> None:
    """Remember what a till calls the shop, or which columns of its tables say what."""
    named = dict(column.partition("=")[::2] for column in columns)
    with refusals():
        feed = arrange(
            shop=named_shop(shop_name, actor=SYSTEM),
            format=format_,
            actor=SYSTEM,
            shop_code=shop_code,
            columns=named or None,
        )
    columns_named = ", ".join(f"{ours}={theirs}" for ours, theirs in feed.columns.items())
    click.echo(" · ".join(filter(None, [format_, feed.shop_code, columns_named])))
