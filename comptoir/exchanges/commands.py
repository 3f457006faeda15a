"""The commands between shops: sharing stock, asking for copies, sending them, and what is open."""

from collections.abc import Callable

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.reads import find_product
from comptoir.core.console import refusals
from comptoir.core.money import format_cents
from comptoir.core.words import distance
from comptoir.exchanges import operations
from comptoir.exchanges.models import Refusal, Transfer
from comptoir.exchanges.operations import Wanted
from comptoir.exchanges.reads import at_colleagues, passed_on, transfers_of
from comptoir.shops.operations import SettingsChange
from comptoir.shops.reads import named_shop
from comptoir.stock.models import Condition
from comptoir.stock.shelf.ledger import change_settings


@click.group()
def exchanges() -> None:
    """See colleagues' stock, ask for copies, send them."""


@exchanges.command()
@click.argument("shop")
@click.option("--stop", is_flag=True, help="Share it no longer.")
def share(shop: str, stop: bool) -> None:
    """Share the stock of SHOP (its slug or SIRET) with the shops of its networks that share
    theirs."""
    change = SettingsChange(shares_stock=not stop)
    with refusals():
        done = change_settings(shop=named_shop(shop, actor=SYSTEM), change=change, actor=SYSTEM)
    told = _("%(shop)s shares its stock with colleagues, and sees theirs.")
    if stop:
        told = _("%(shop)s shares its stock no longer, and sees nobody's.")
    click.echo(told % {"shop": done.name})


@exchanges.command()
@click.argument("shop")
@click.argument("title")
def who(shop: str, title: str) -> None:
    """Say which colleagues of SHOP have TITLE (its EAN), the nearest first."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        product = find_product(title, found.pk)
        offers = at_colleagues(shop=found, product_id=product.pk, actor=SYSTEM)
    for offer in offers:
        price = "" if offer.price_cents is None else format_cents(offer.price_cents)
        words = [
            offer.shop.slug,
            distance(offer.metres or 0),
            str(offer.available),
            str(Condition(offer.condition).label),
            price,
            str(offer.confidence.label),
        ]
        click.echo("  ".join(word for word in words if word))
    if not offers:
        click.echo(_("No colleague has a free copy."))


@exchanges.command()
@click.argument("shop")
@click.argument("giver")
@click.argument("title")
@click.option("--quantity", type=int, default=1, help="How many copies, for its shelf.")
@click.option("--condition", default=Condition.NEW.value, help="new, or the grade of a used one.")
@click.option("--order", "code", default="", help="The code of its reservation that they are for.")
def ask(shop: str, giver: str, title: str, quantity: int, condition: str, code: str) -> None:
    """Ask the shop GIVER, for SHOP, to send copies of TITLE (its EAN) over."""
    with refusals():
        asker = named_shop(shop, actor=SYSTEM)
        order = asker.orders.filter(code=code).values_list("pk", flat=True).first()
        done = operations.ask(
            shop=asker,
            giver_id=named_shop(giver, actor=SYSTEM).pk,
            wanted=Wanted(
                product_id=find_product(title, asker.pk).pk,
                condition=condition,
                quantity=quantity,
                order_id=(order or 0) if code else None,
            ),
            actor=SYSTEM,
        )
    click.echo(_line(done))


def _move(name: str, verb: Callable[..., Transfer], told: str) -> None:
    """Add the command of a verb on one transfer, by its number in `list`."""

    def run(transfer: int) -> None:
        with refusals():
            click.echo(_line(verb(transfer_id=transfer, actor=SYSTEM)))

    click.argument("transfer", type=int)(run)
    exchanges.command(name=name, help=told)(run)


_move("accept", operations.accept, "Set the copies of TRANSFER aside, for the shop that was asked.")
_move("send", operations.send, "Say that the copies of TRANSFER have left.")
_move("arrive", operations.arrive, "Say that the copies of TRANSFER are there.")
_move("lose", operations.lose, "Say that the copies of TRANSFER will not come.")
_move("withdraw", operations.withdraw, "Take back what TRANSFER asks for, before it is sent.")


@exchanges.command()
@click.argument("transfer", type=int)
@click.argument("why", type=click.Choice(Refusal.values))
def refuse(transfer: int, why: str) -> None:
    """Refuse what TRANSFER asks for, and say WHY."""
    with refusals():
        click.echo(_line(operations.refuse(transfer_id=transfer, why=why, actor=SYSTEM)))


@exchanges.command(name="list")
@click.argument("shop")
def list_(shop: str) -> None:
    """List what is between SHOP (its slug or SIRET) and its colleagues."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        transfers = transfers_of(shop=found, actor=SYSTEM)
        customers = passed_on(shop=found, actor=SYSTEM)
    for transfer in transfers:
        click.echo(_line(transfer))
    for each in customers:
        titles = ", ".join(each.titles)
        click.echo(f"→ {each.shop.slug}  {each.status_label}  {each.name}  {titles}")
    if not (transfers or customers):
        click.echo(_("Nothing is between it and its colleagues."))


def _line(transfer: Transfer) -> str:
    why = f" ({transfer.get_refusal_display()})" if transfer.refusal else ""
    way = f"{transfer.giving_shop} → {transfer.asking_shop}"
    what = f"{transfer.quantity} × {transfer.product.title or transfer.product.ref}"
    return f"{transfer.pk}  {way}  {what}  {transfer.get_status_display()}{why}"
