"""Commands of a day's post: what is to be posted, and what is fetched for it."""

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.words import spaced_code
from comptoir.post import operations
from comptoir.post.models import Parcel
from comptoir.post.reads import days_post, pick_list
from comptoir.shops.reads import named_shop


@click.command("list")
@click.argument("shop")
def list_(shop: str) -> None:
    """List what SHOP (its slug or SIRET) has to fetch, to pack, and on its way."""
    with refusals():
        day = days_post(shop=named_shop(shop, actor=SYSTEM), actor=SYSTEM)
    for part in pick_list(day):
        for order, each in part.rows:
            words = (_("to fetch"), spaced_code(order.code), str(each.line.pk))
            click.echo("  ".join((*words, f"{each.to_fetch} × {each.line.title}")))
    for waiting in day.orders:
        for parcel in waiting.here:
            say(parcel)
            for line, count in waiting.to_take_out(parcel):
                words = (
                    _("not to leave"),
                    spaced_code(waiting.order.code),
                    f"{count} × {line.title}",
                )
                click.echo("  ".join(words))
        if waiting.to_pack:
            words = (_("to pack"), spaced_code(waiting.order.code), str(waiting.to_pack))
            click.echo("  ".join(words))
    for parcel in day.gone:
        say(parcel)
    if not (day.orders or day.gone):
        click.echo(_("Nothing is to be posted."))


@click.command()
@click.argument("shop")
@click.argument("numbers", nargs=-1, required=True, metavar="EAN…")
def fetch(shop: str, numbers: tuple[str, ...]) -> None:
    """Note copies as fetched from the shelf of SHOP, each for the oldest order that waits."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        for each in numbers:
            line = operations.fetch(shop=found, text=each, actor=SYSTEM)
            click.echo(f"{spaced_code(line.order.code)}  {line.title}")


@click.command()
@click.argument("line", type=int)
@click.option("--quantity", type=int, default=1, show_default=True, help="How many are missing.")
def miss(line: int, quantity: int) -> None:
    """Note that copies of LINE (its number in `list`) are not on the shelf: they are refunded."""
    with refusals():
        done = operations.miss(line_id=line, quantity=quantity, actor=SYSTEM)
    click.echo(f"{quantity} × {done.title}")


def say(parcel: Parcel) -> None:
    """Print one line of a parcel."""
    state = _("here")
    if parcel.delivered_at:
        state = _("delivered")
    elif parcel.handed_at:
        state = _("on its way")
    words = (parcel.pk, spaced_code(parcel.order.code), state, parcel.carrier, parcel.tracking)
    click.echo("  ".join(str(word) for word in words if word))
