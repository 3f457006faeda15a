"""The commands of a shop's page: its links, its photos, its history."""

from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.names import with_names
from comptoir.core.console import refusals
from comptoir.core.pictures.photo import read_photo
from comptoir.core.words import in_words
from comptoir.events.operations.picks import order_of
from comptoir.orders.operations.page.undo import undo_act
from comptoir.shops.models import Shop
from comptoir.shops.operations.page.links import set_links
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.operations.page.photos import (
    add_photo,
    describe_photo,
    move_photo,
    remove_photo,
)
from comptoir.shops.page.history import ActRead, history_of
from comptoir.shops.page.links import LinkSaid
from comptoir.shops.page.words import label_of
from comptoir.shops.reads import named_shop


@click.command()
@click.argument("shop")
@click.option("--undo", type=int, metavar="NUMBER", help="Put back what stood before this act.")
@click.option("--field", "unit", default="", help="Of it this one alone, changed again or not.")
@click.option("--before", type=int, metavar="NUMBER", help="Show the acts before this one.")
def history(shop: str, undo: int | None, unit: str, before: int | None) -> None:
    """Show what was changed of SHOP (its slug or SIRET), by whom and when, the newest first; or
    undo an act, by its number."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        if undo is not None:
            seen = last_act(found) if unit else None
            done = undo_act(shop=found, act_id=undo, unit=unit, actor=SYSTEM, since=seen)
            back = ", ".join(sorted({label_of(each.field) for each in done.back}))
            click.echo(_("%(shop)s: put back: %(what)s.") % {"shop": found.name, "what": back})
            for change in done.left:
                told = _("Left as it is, because it was changed again since: %(what)s.")
                click.echo(told % {"what": label_of(change.field)}, err=True)
            return
        acts = history_of(found, actor=SYSTEM, before=before, picks=order_of(found))
    names = with_names(each.act for each in acts)
    for each, (_act, name) in zip(acts, names, strict=True):
        _show(each, name or _("somebody"))


def _show(each: ActRead, name: str) -> None:
    when = in_words(timezone.localtime(each.act.happened_at), "SHORT_DATETIME_FORMAT")
    source = each.act.get_source_display() if each.act.source else ""
    undone = _("undone") if each.undone else ""
    click.echo(" · ".join(filter(None, (str(each.act.pk), when, name, source, undone))))
    for line in each.lines:
        since = f" ({_('changed again since')})" if line.changed_since else ""
        click.echo(f"    {line.unit}: {' · '.join(line.told)}{since}")


@click.command()
@click.argument("shop")
@click.argument("addresses", nargs=-1)
@click.option("--none", "nothing", is_flag=True, help="Have it show none.")
def links(shop: str, addresses: tuple[str, ...], nothing: bool) -> None:
    """Have the page of SHOP show these ADDRESSES, in this order; without any, list those it shows.

    One is written as “instagram.com/name”, “@name@piaille.fr”, or with what it is called before it:
    “Our newsletter=https://…”.
    """
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        if addresses or nothing:
            said = [_link(text) for text in addresses]
            set_links(shop=found, links=said, actor=SYSTEM)
    for link in found.links.order_by("place"):
        click.echo(f"{link.label}={link.url}")


def _link(text: str) -> LinkSaid:
    """Read what is written: the address begins behind the first sign of equality, if what stands
    before it is no part of an address."""
    label, sign, url = text.partition("=")
    if not sign or "/" in label:
        return LinkSaid(text)
    return LinkSaid(url, label)


@click.command()
@click.argument("shop")
@click.option("--add", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--describe", type=int, metavar="NUMBER", help="Say otherwise what this one shows.")
@click.option("--alt", default="", help="What one sees on it, for --add and --describe.")
@click.option("--credit", default="", help="Who took it, for --add and --describe.")
@click.option("--first", type=int, metavar="NUMBER", help="Put this one before the others.")
@click.option("--remove", type=int, metavar="NUMBER", help="Take this one off the page.")
def photos(
    shop: str,
    file: Path | None,
    describe: int | None,
    alt: str,
    credit: str,
    first: int | None,
    remove: int | None,
) -> None:
    """List the photos of the page of SHOP by their numbers, once what is asked for is done."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        words: Any = {"alt": alt, "credit": credit}
        if file is not None:
            with file.open("rb") as stream:
                photo = read_photo(stream, for_page=True)
            add_photo(shop=found, photo=photo, actor=SYSTEM, **words)
        if describe is not None:
            describe_photo(shop=found, digest=_digest(found, describe), actor=SYSTEM, **words)
        if first is not None:
            move_photo(shop=found, digest=_digest(found, first), by=-first, actor=SYSTEM)
        if remove is not None:
            remove_photo(shop=found, digest=_digest(found, remove), actor=SYSTEM)
    for number, each in enumerate(found.photos.order_by("place"), start=1):
        click.echo(f"{number}  {each.alt}{f' ({each.credit})' if each.credit else ''}")


def _digest(shop: Shop, number: int) -> str:
    """Return the photo of a number, as they are listed; one that nobody has where there is none."""
    digests = list(shop.photos.order_by("place").values_list("file_id", flat=True))
    return digests[number - 1] if 0 < number <= len(digests) else ""
