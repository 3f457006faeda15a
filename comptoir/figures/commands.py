"""`comptoir figures`: the figures of a network as its office shows them, and counting them anew."""

from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import get_language, ngettext

from comptoir.core.console import refusals
from comptoir.figures import operations, phrases
from comptoir.figures.files import written
from comptoir.figures.publication import year_of
from comptoir.figures.tables import Axis, Period, table_of
from comptoir.networks.reads import named_network


@click.group()
def figures() -> None:
    """See the figures of a network, and count them anew."""


@figures.command()
@click.argument("network")
@click.option("--year", type=click.IntRange(2000, 2999), help="A year; else this one.")
@click.option(
    "--by", type=click.Choice(["month", "town", "shop"]), default="month", show_default=True
)
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write it.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the report.")
def show(network: str, year: int | None, by: Axis, file: Path | None, pdf: Path | None) -> None:
    """Show the figures of NETWORK, as its office does: small counts are hidden there too."""
    with refusals():
        found = named_network(network)
    period = Period(year or timezone.localdate().year)
    table = table_of(year_of(found, period.year), by, period)
    if file:
        file.write_bytes(b"".join(written(table)))
    if pdf:
        from comptoir.figures.report import report

        pdf.write_bytes(report(found, period.year, language=get_language() or "fr"))
    for each in phrases.sentences(table.total, period):
        click.echo(each)
    click.echo("\t".join(phrases.headings(table)))
    for label, cells in phrases.rows(table):
        click.echo("\t".join([label, *cells]))


@figures.command()
def rebuild() -> None:
    """Count every day of every shop anew, from its orders."""
    days = operations.rebuild()
    click.echo(ngettext("%(n)s day counted.", "%(n)s days counted.", days) % {"n": days})
