"""The command line of papers: how a shop names itself, its invoices, its sales to report."""

import click

from comptoir.papers.commands.invoices import calendar, identity, invoice, list_
from comptoir.papers.commands.sales import sales

__all__ = ["papers"]


@click.group()
def papers() -> None:
    """Issue invoices, and list sales to report."""


for command in (identity, invoice, list_, sales, calendar):
    papers.add_command(command)
