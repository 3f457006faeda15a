"""The command line of the stock, and what it adds to the directory's."""

import click

from comptoir.shops.commands import shops
from comptoir.stock.commands.articles import arrange_, items
from comptoir.stock.commands.assortment import list_
from comptoir.stock.commands.reports import (
    apply,
    discard,
    import_,
    link,
    pull_passculture,
    runs,
    silent,
)
from comptoir.stock.commands.schedule import poll, watch
from comptoir.stock.commands.shelf import count, explain, receive, sell
from comptoir.stock.commands.visibility import edit, pause

__all__ = ["shops", "stock"]


@click.group()
def stock() -> None:
    """Import what shops have."""


for command in (
    import_,
    runs,
    apply,
    discard,
    sell,
    receive,
    count,
    explain,
    list_,
    pull_passculture,
    poll,
    watch,
    link,
    items,
    arrange_,
    silent,
):
    stock.add_command(command)
shops.add_command(edit)
shops.add_command(pause)
