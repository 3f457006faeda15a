"""The commands of the directory that end reservations, or move them to another shop."""

from functools import partial

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import go_on, refusals
from comptoir.orders import operations
from comptoir.orders.models import Order
from comptoir.shops.reads import named_shop


@click.command()
@click.argument("shop")
@click.option("--undo", is_flag=True, help="Let it come back: hidden, without its people.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def end(shop: str, undo: bool, yes: bool) -> None:
    """Let SHOP (its slug or SIRET) leave the network: its reservations end, their readers are told,
    its people and its tokens go, the public sees it no more."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        if undo:
            back = operations.readmit_shop(shop=found, actor=SYSTEM)
            told = _(
                "%(shop)s is of the network again, hidden: invite its people, then"
                " `comptoir shops pause %(slug)s --resume`."
            )
            click.echo(told % {"shop": back.name, "slug": back.slug})
            return
        if not yes:
            go_on(
                _end_question(found.name, Order.objects.filter(shop=found, ended_at=None).count())
            )
        done = operations.end_shop(shop=found, actor=SYSTEM)
    told = _(
        "%(shop)s has left the network. Reservations ended: %(orders)d; people let go:"
        " %(people)d; tokens revoked: %(tokens)d."
    )
    click.echo(
        told
        % {
            "shop": done.shop.name,
            "orders": done.orders,
            "people": done.people,
            "tokens": done.tokens,
        }
    )


@click.command()
@click.argument("shop")
@click.argument("into")
@click.option("--till", default="", metavar="SHOP", help="Whose till counts, where both have one.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def merge(shop: str, into: str, till: str, dry_run: bool, yes: bool) -> None:
    """Make SHOP part of the shop INTO (slugs or SIRETs): its reservations, stock, people and tokens
    go over, its addresses lead there. Of titles that both have, one till's figure stands."""
    with refusals():
        verb = partial(
            operations.merge_shops,
            shop=named_shop(shop, actor=SYSTEM),
            into=named_shop(into, actor=SYSTEM),
            till=named_shop(till, actor=SYSTEM) if till else None,
            actor=SYSTEM,
        )
        done = verb(dry_run=True)
        if not dry_run:
            if not yes:
                _say_merged(done)
                go_on(_("Go on?"))
            done = verb()
    _say_merged(done)
    if dry_run:
        click.echo(_("This was a trial: nothing was written."))


def _say_merged(done: operations.Merged) -> None:
    told = _(
        "%(gone)s is part of %(into)s; the till of %(till)s counts. Reservations: %(orders)d;"
        " titles moved: %(moved)d, joined: %(joined)d; people: %(people)d; tokens: %(tokens)d."
    )
    values = {name: getattr(done, name) for name in ("orders", "moved", "joined")}
    values |= {"people": done.people, "tokens": done.tokens}
    names = {"gone": done.gone.name, "into": done.into.name, "till": done.till.slug}
    click.echo(told % {**values, **names})


def _end_question(shop: str, count: int) -> str:
    told = ngettext(
        "%(shop)s leaves the network, and %(n)d reservation ends. Go on?",
        "%(shop)s leaves the network, and %(n)d reservations end. Go on?",
        count,
    )
    return told % {"shop": shop, "n": count}
