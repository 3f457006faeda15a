"""The commands of the directory that end reservations, or move them to another shop."""

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
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
            _ask(_end_question(found.name, Order.objects.filter(shop=found, ended_at=None).count()))
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


def _end_question(shop: str, count: int) -> str:
    told = ngettext(
        "%(shop)s leaves the network, and %(n)d reservation ends. Go on?",
        "%(shop)s leaves the network, and %(n)d reservations end. Go on?",
        count,
    )
    return told % {"shop": shop, "n": count}


def _ask(question: str) -> None:
    click.confirm(question, abort=True)
