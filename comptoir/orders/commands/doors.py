"""The command line of closed doors: of a shop, and of a network."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import invalid
from comptoir.networks.models import Network
from comptoir.networks.reads import named_network
from comptoir.orders.operations import close_doors, open_doors
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.models import Shop
from comptoir.shops.operations.doors import DoorsRequest, doors_of, doors_to_come
from comptoir.shops.reads import named_shop

Command = Callable[..., None]


def _options(command: Command) -> Command:
    """Give a command the options of the switch."""
    for option in (
        click.option("--close", "mode", type=click.Choice(DoorsMode.values), help="Close them."),
        click.option("--from", "begins", default="", help="As 2026-11-30 08:00; now without it."),
        click.option("--until", "ends", default="", help="Until further notice without it."),
        click.option("--text", default="", help="For readers, in your own words."),
        click.option("--open", "key", type=int, help="End the closing of this number."),
    ):
        command = option(command)
    return command


@click.command("doors")
@click.argument("shop")
@_options
def shop_doors(shop: str, **given: Any) -> None:  # noqa: ANN401
    """Close or open the doors of SHOP (its slug or SIRET), or list what holds."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        _run(found, ZoneInfo(found.time_zone), **given)


@click.command("doors")
@click.argument("network")
@_options
def network_doors(network: str, **given: Any) -> None:  # noqa: ANN401
    """Close or open the doors of all shops of NETWORK (its word), or list what holds."""
    with refusals():
        _run(named_network(network), ZoneInfo(settings.TIME_ZONE), **given)


def _run(
    of: Shop | Network,
    zone: ZoneInfo,
    *,
    mode: str | None,
    begins: str,
    ends: str,
    text: str,
    key: int | None,
) -> None:
    now = timezone.now()
    if key is not None:
        open_doors(doors=doors_of(of, key), actor=SYSTEM, now=now)
        click.echo(_("The doors are open again: all is as it was before."))
    if mode is not None:
        request = DoorsRequest(
            mode=DoorsMode(mode),
            begins_at=_moment("begins_at", begins, zone),
            ends_at=_moment("ends_at", ends, zone),
            text=text,
        )
        close_doors(of=of, request=request, actor=SYSTEM, now=now)
    for each in doors_to_come(of, now):
        until = each.ends_at.astimezone(zone).isoformat(" ", "minutes") if each.ends_at else ""
        begin = each.begins_at.astimezone(zone).isoformat(" ", "minutes")
        click.echo("\t".join([str(each.pk), each.mode, begin, until, each.text]))


def _moment(field: str, text: str, zone: ZoneInfo) -> datetime | None:
    """Return a moment as it is typed. Raises `Invalid` (`bad_begins_at`, `bad_ends_at`)."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        told = _("“%(text)s” is no moment: write 2026-11-30 08:00.") % {"text": text[:40]}
        raise invalid(field, told) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
