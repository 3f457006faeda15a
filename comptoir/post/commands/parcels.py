"""Commands of a day's post: parcels packed, numbered, handed over, there."""

from typing import TextIO

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.orders.errors import no_such_order
from comptoir.post import operations
from comptoir.post.carriers import Carrier, doubt_about
from comptoir.post.commands.day import say
from comptoir.shops.reads import named_shop

_CARRIER = click.option("--carrier", type=click.Choice(Carrier.values), default=None)


@click.command()
@click.argument("shop")
@click.argument("code")
@click.option("--copy", "copies", multiple=True, metavar="LINE:NUMBER", help="Only these copies.")
def pack(shop: str, code: str, copies: tuple[str, ...]) -> None:
    """Put what is in no parcel of the order CODE of SHOP into a new one."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        key = found.orders.filter(code=code).values_list("pk", flat=True).first()
        if key is None:
            raise no_such_order()
        say(operations.pack(order_id=key, copies=_copies(copies), actor=SYSTEM))


def _copies(texts: tuple[str, ...]) -> dict[int, int] | None:
    try:
        pairs = [text.split(":") for text in texts]
        return {int(line): int(number) for line, number in pairs} or None
    except ValueError:
        raise click.UsageError(_("Write copies as LINE:NUMBER.")) from None


@click.command()
@click.argument("parcel", type=int)
def unpack(parcel: int) -> None:
    """Take PARCEL (its number in `list`) apart, if it has not left."""
    with refusals():
        operations.unpack(parcel_id=parcel, actor=SYSTEM)


@click.command()
@click.argument("parcel", type=int)
@click.argument("tracking", required=False)
@_CARRIER
@click.option("--grams", type=int, default=None, help="What it weighs.")
def number(parcel: int, tracking: str | None, carrier: str | None, grams: int | None) -> None:
    """Note the carrier's number TRACKING of PARCEL."""
    with refusals():
        done = operations.number(
            parcel_id=parcel, tracking=tracking, carrier=carrier, grams=grams, actor=SYSTEM
        )
    say(done)
    if doubt := doubt_about(done.carrier, done.tracking):
        click.echo(str(doubt), err=True)


@click.command()
@click.argument("shop")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@_CARRIER
def numbers(shop: str, file: TextIO, carrier: str | None) -> None:
    """Note the numbers of FILE (`-`: what is typed): rows of an order's digits and its number."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        done = operations.take_rows(shop=found, text=file.read(), carrier=carrier, actor=SYSTEM)
    for each in done:
        if each.parcel is not None:
            say(each.parcel)
        if said := each.refusal or each.doubt:
            click.echo(f"{each.row.place}: {said}", err=True)


@click.command()
@click.argument("parcels", nargs=-1, type=int, required=True)
def hand(parcels: tuple[int, ...]) -> None:
    """Note PARCELS as handed to their carrier: their readers are told."""
    for key in parcels:
        with refusals():
            say(operations.hand_over(parcel_id=key, actor=SYSTEM))


@click.command()
@click.argument("parcel", type=int)
def deliver(parcel: int) -> None:
    """Note that PARCEL has arrived."""
    with refusals():
        say(operations.deliver(parcel_id=parcel, actor=SYSTEM))
