"""The command line of conditions."""

import click

from comptoir.terms.commands.makers import makers
from comptoir.terms.commands.rules import rules

__all__ = ["terms"]


@click.group()
def terms() -> None:
    """Read who made what is posted, and see the rules of law."""


for command in (makers, rules):
    terms.add_command(command)
