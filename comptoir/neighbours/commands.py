"""The command line of neighbours: other installations that are asked near their area."""

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import DomainError
from comptoir.neighbours import operations
from comptoir.neighbours.models import Neighbour
from comptoir.neighbours.reads import named_neighbour

_ADDRESS = click.argument("address")


@click.group()
def neighbours() -> None:
    """Say which other installations are asked when a reader is near their shops."""


@neighbours.command()
@_ADDRESS
def add(address: str) -> None:
    """Have the installation at ADDRESS (https://host) asked from now on, and print its name."""
    with refusals():
        added = operations.add_neighbour(address=address, actor=SYSTEM)
    click.echo(added.name)


@neighbours.command(name="list")
def list_() -> None:
    """List the neighbours: address, name, whether each is asked."""
    for each in Neighbour.objects.all():
        click.echo("\t".join([each.address, each.name, _state(each)]))


@neighbours.command()
@_ADDRESS
def remove(address: str) -> None:
    """Ask the installation at ADDRESS nothing any more."""
    with refusals():
        operations.remove_neighbour(address=address, actor=SYSTEM)
    click.echo(_("Removed."))


@neighbours.command()
@click.argument("address", required=False)
def check(address: str | None) -> None:
    """Look now whether the neighbours (that at ADDRESS alone) answer; ends with 1 if one does not.

    The jobs look once a day by themselves.
    """
    with refusals():
        one = [named_neighbour(address)] if address else None
    listed = list(Neighbour.objects.all()) if one is None else one
    silent = False
    for each in listed:
        try:
            operations.check_neighbour(neighbour=each, at=timezone.now(), actor=SYSTEM)
        except DomainError as error:
            silent = True
            click.echo(f"{each.address}\t{error}", err=True)
        else:
            click.echo("\t".join([each.address, each.name, _("answers")]))
    raise SystemExit(1 if silent else 0)


def _state(neighbour: Neighbour) -> str:
    """Return in words whether a neighbour is asked."""
    now = timezone.now()
    if neighbour.silent_since is not None:
        since = timezone.localtime(neighbour.silent_since)
        return _("silent since %(when)s: not asked") % {"when": f"{since:%Y-%m-%d %H:%M}"}
    if neighbour.rest_until is not None and neighbour.rest_until > now:
        until = timezone.localtime(neighbour.rest_until)
        told = _("rests until %(when)s (failures: %(n)d)")
        return told % {"when": f"{until:%H:%M:%S}", "n": neighbour.failures}
    return _("asked")
