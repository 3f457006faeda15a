"""The commands that ask public services about shops: where they stand, what the registry says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.shops import operations
from comptoir.shops.models import Shop
from comptoir.shops.operations.placement import Doubtful
from comptoir.shops.reads import named_shop


@click.command()
@click.argument("shop", nargs=-1)
@click.option("--all", "again", is_flag=True, help="Ask again for those that were doubtful.")
def place(shop: tuple[str, ...], again: bool) -> None:
    """Find the points of the shops that stand in their town, or of each SHOP, by the geocoding
    service of COMPTOIR_GEOCODER.

    Only what is sure is taken; the rest is listed, with what the service has: enter its point by
    `comptoir shops edit`. Run it again to go on where it stopped. Exits with 1 where it stopped.
    """
    with refusals(), _showing() as progress:
        names = [named_shop(each, actor=SYSTEM).slug for each in shop]
        done = operations.place_shops(names=names, again=again, progress=progress)
    for each in done.doubtful:
        _tell_doubtful(each)
    told = ngettext("%(n)d shop placed.", "%(n)d shops placed.", done.placed)
    click.echo(told % {"n": done.placed})
    _count(ngettext("%(n)d doubtful.", "%(n)d doubtful.", len(done.doubtful)), len(done.doubtful))
    _count(
        ngettext(
            "%(n)d was doubtful before (--all asks again).",
            "%(n)d were doubtful before (--all asks again).",
            done.asked_before,
        ),
        done.asked_before,
    )
    _count(
        ngettext("%(n)d has no street.", "%(n)d have no street.", done.without_street),
        done.without_street,
    )
    _stop(done.stopped, done.left)


def _tell_doubtful(each: Doubtful) -> None:
    click.echo(f"{each.shop.slug}\t{each.asked}\t{each.doubt.label}")
    for candidate in each.candidates:
        where = f"{candidate.latitude:.6f} {candidate.longitude:.6f}"
        click.echo(f"    {candidate.label} ({candidate.kind}, {candidate.score:.2f}): {where}")


@click.command()
@click.argument("shop", nargs=-1)
@click.option("--take", metavar="SIRET", default="", help="This is the SIRET of the one SHOP.")
def registry(shop: tuple[str, ...], take: str) -> None:
    """Ask the company registry of COMPTOIR_REGISTRY for the SIRET of shops, or of each SHOP, and
    whether they are active.

    Only what is sure is taken; the rest is listed: answer by --take. Shops that it calls closed are
    named, and stay. Run it again to go on where it stopped. Exits with 1 where it stopped.
    """
    with refusals():
        found = [named_shop(each, actor=SYSTEM) for each in shop]
    if take:
        _take(found, take)
        return
    with refusals(), _showing() as progress:
        done = operations.check_registry(names=[each.slug for each in found], progress=progress)
    for each in done.doubtful:
        click.echo(f"{each.shop.slug}\t{_('no SIRET that is sure')}")
        for candidate in each.candidates:
            state = _("active") if candidate.active else _("closed")
            click.echo(f"    {candidate.siret} ({state}): {candidate.label}")
    for closed in done.closed:
        click.echo(f"{closed.slug}\t{_('closed, says the registry: look whether it has')}")
    for unknown in done.unknown:
        click.echo(f"{unknown.slug}\t{_('the registry does not know its SIRET')}")
    told = ngettext("%(n)d SIRET filled in.", "%(n)d SIRETs filled in.", done.filled)
    click.echo(told % {"n": done.filled})
    _count(ngettext("%(n)d shop active.", "%(n)d shops active.", done.active), done.active)
    _stop(done.stopped, done.left)


def _take(shops: list[Shop], siret: str) -> None:
    if len(shops) != 1:
        raise click.UsageError(_("--take needs one SHOP."))
    with refusals():
        done = operations.take_siret(shop=shops[0], siret=siret, actor=SYSTEM)
    click.echo(f"{done.slug}\t{done.siret}")


def _count(told: str, number: int) -> None:
    if number:
        click.echo(told % {"n": number})


def _stop(why: str, left: int) -> None:
    """Say why it stopped, and end with 1 where it did."""
    if why:
        told = ngettext("%(n)d shop is left.", "%(n)d shops are left.", left) % {"n": left}
        click.echo(f"{why} {told}", err=True)
        raise click.exceptions.Exit(1)


@contextmanager
def _showing() -> Iterator[Callable[[int, int], None] | None]:
    """Show how many shops were asked about, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("") as status:
        told = _("%(count)d of %(all)d shops")
        yield lambda count, of: status.update(told % {"count": count, "all": of})


COMMANDS = (place, registry)
"""The commands that ask other services."""
