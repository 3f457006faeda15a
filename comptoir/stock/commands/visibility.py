"""The command of the directory that hides a shop, and so its copies."""

import click

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.shops.operations import SettingsChange
from comptoir.shops.reads import named_shop
from comptoir.stock.shelf.ledger import change_settings


@click.command()
@click.argument("shop")
@click.option("--resume", is_flag=True, help="Show it again.")
def pause(shop: str, resume: bool) -> None:
    """Hide SHOP from the public at once; its reservations stay."""
    change = SettingsChange(paused=not resume)
    with refusals():
        change_settings(shop=named_shop(shop, actor=SYSTEM), change=change, actor=SYSTEM)
