"""The command line of quotes: baskets, a shop's prices of parcels, books with two prices."""

import click

from comptoir.quotes.commands.baskets import basket, rules_
from comptoir.quotes.commands.parcels import decide, tariff

__all__ = ["quotes"]


@click.group()
def quotes() -> None:
    """Say what baskets cost, and what a shop asks for parcels."""


for command in (basket, rules_, tariff, decide):
    quotes.add_command(command)
