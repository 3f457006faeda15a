"""The command line of a day's post."""

import click

from comptoir.post.commands.day import fetch, list_, miss
from comptoir.post.commands.papers import papers, table
from comptoir.post.commands.parcels import deliver, hand, number, numbers, pack, unpack

__all__ = ["post"]


@click.group()
def post() -> None:
    """Fetch, pack and hand over what is to be posted."""


for command in (list_, fetch, miss, pack, unpack, number, numbers, hand, deliver, papers, table):
    post.add_command(command)
