"""The command line of release days."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import invalid
from comptoir.networks.models import Network
from comptoir.networks.reads import named_network
from comptoir.releases.models import OneEach
from comptoir.releases.operations import ReleaseRequest, announce, restore, withdraw
from comptoir.releases.operations.announce import release_of
from comptoir.releases.phrases import rules_in_words
from comptoir.releases.reads import as_rule, releases_of
from comptoir.shops.models import Shop
from comptoir.shops.reads import named_shop


@click.group()
def releases() -> None:
    """Say which titles are not to be had before a moment."""


@releases.command("days")
@click.argument("whose")
@click.option("--network", is_flag=True, help="WHOSE is a network.")
@click.option("--announce", "name", default="", help="Announce a release of this name.")
@click.option("--title", "titles", multiple=True, help="An EAN; several times for several titles.")
@click.option("--holds", default="", help="Reserved from: as 2027-04-17 08:00, where the shop is.")
@click.option("--sale", default="", help="Sold at the counter from; the same without it.")
@click.option("--online", default="", help="What is left is posted from; as reserved without it.")
@click.option("--one-each", type=click.Choice(OneEach.values), default=OneEach.TITLE.value)
@click.option("--shows-copies", is_flag=True, help="Tell beforehand how many copies there are.")
@click.option("--text", default="", help="For readers, in your own words.")
@click.option("--withdraw", "gone", type=int, help="Take the release of this number back.")
@click.option("--restore", "back", type=int, help="Put the release of this number back.")
def days(
    whose: str,
    network: bool,
    name: str,
    titles: tuple[str, ...],
    holds: str,
    sale: str,
    online: str,
    one_each: str,
    shows_copies: bool,
    text: str,
    gone: int | None,
    back: int | None,
) -> None:
    """Announce a release of WHOSE (a shop by slug or SIRET, or a network by its word), take one
    back, or list what is announced."""
    with refusals():
        of = _of(whose, network)
        zone = ZoneInfo(of.time_zone if isinstance(of, Shop) else settings.TIME_ZONE)
        now = timezone.now()
        if name:
            asked = ReleaseRequest(
                name=name,
                titles=titles,
                holds_at=_moment(holds, "holds_at", zone) or now,
                sale_at=_moment(sale, "sale_at", zone),
                online_at=_moment(online, "online_at", zone),
                one_each=OneEach(one_each),
                shows_copies=shows_copies,
                text=text,
            )
            announce(of=of, request=asked, actor=SYSTEM, now=now)
        elif gone:
            withdraw(release=release_of(of, gone), actor=SYSTEM, now=now)
        elif back:
            restore(release=release_of(of, back), actor=SYSTEM)
        _list(of, zone, now)


def _list(of: Shop | Network, zone: ZoneInfo, now: datetime) -> None:
    for each in releases_of(of, now):
        taken = " – " + pgettext("release", "taken back") if each.withdrawn_at else ""
        click.echo(f"{each.pk}  {each.name}{taken}")
        for said in rules_in_words(as_rule(each), zone, now):
            click.echo(f"    {said}")


def _of(whose: str, is_network: bool) -> Shop | Network:
    return named_network(whose) if is_network else named_shop(whose, actor=SYSTEM)


def _moment(text: str, field: str, zone: ZoneInfo) -> datetime | None:
    """Return a moment as it is typed, on the clock of a zone. Raises `Invalid` (`bad_…`)."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    except ValueError:
        told = _("“%(text)s” is no moment: write 2027-04-17 08:00.") % {"text": text[:20]}
        raise invalid(field, told) from None
