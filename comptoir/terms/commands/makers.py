"""Makers on the command line: a file of them, for all shops."""

from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.console import refusals
from comptoir.terms.operations.makers import read_makers


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def makers(file: Path) -> None:
    """Read FILE (CSV with a head: imprint, name, address, contact) of who made what, for all shops;
    a shop's own word goes before it."""
    with refusals():
        read = read_makers(file.read_text(encoding="utf-8-sig"), now=timezone.now())
    click.echo(_("Makers read: %(n)d") % {"n": read})
