"""The commands of purchases: lists, orders to suppliers, their answers, and what arrives."""

from datetime import datetime
from uuid import uuid4

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.reads import find_product
from comptoir.core.console import refusals
from comptoir.core.errors import Conflict
from comptoir.purchases import operations
from comptoir.purchases.errors import NothingToOrder, no_such_supplier
from comptoir.purchases.export import as_text, dilicom_csv, rows_of
from comptoir.purchases.kinds import Answer, Way
from comptoir.purchases.message import dilicom_message
from comptoir.purchases.models import Supplier
from comptoir.purchases.operations import Said, SupplierSaid
from comptoir.purchases.reads import lists_of, open_arrival, own_gln_of, purchase_of
from comptoir.shops.models import Shop
from comptoir.shops.reads import named_shop


@click.group()
def purchases() -> None:
    """See what a shop is to order, order it, note answers, receive."""


@purchases.command(name="list")
@click.argument("shop")
def list_(shop: str) -> None:
    """List what SHOP (its slug or SIRET) is to order, a block a supplier."""
    with refusals():
        lists = lists_of(shop=_shop(shop), actor=SYSTEM)
    for each in lists:
        click.echo(each.supplier.name if each.supplier else _("nobody yet"))
        for item in each.items:
            click.echo(f"  {item.copies} × {item.product.ref}  {item.product.title}")
            if item.proposal:
                click.echo("    " + _("distributed by %(name)s") % {"name": item.proposal.name})
    if not lists:
        click.echo(_("Nothing is to be ordered."))


@purchases.command()
@click.argument("shop")
@click.argument("name")
@click.option("--way", type=click.Choice(Way.values), default=Way.OTHER.value)
@click.option("--email", default="", help="Where orders go, by mail.")
@click.option("--gln", default="", help="Its Global Location Number.")
@click.option("--customer-number", default="", help="The shop's number there.")
def supplier(shop: str, name: str, way: str, email: str, gln: str, customer_number: str) -> None:
    """Enter the supplier NAME of SHOP, or change the one of this name."""
    with refusals():
        where = _shop(shop)
        known = Supplier.objects.filter(shop=where, name=name, ended_at=None).first()
        said = SupplierSaid(name, way, email, gln, customer_number)
        operations.write_supplier(
            shop=where, said=said, actor=SYSTEM, supplier_id=known.pk if known else None
        )
    click.echo(_("Saved: %(name)s.") % {"name": name})


@purchases.command()
@click.argument("shop")
@click.argument("number")
def gln(shop: str, number: str) -> None:
    """Say that suppliers know SHOP by the GLN NUMBER; “” takes it back."""
    with refusals():
        kept = operations.write_own_gln(shop=_shop(shop), gln=number, actor=SYSTEM)
    click.echo(_("Saved: %(name)s.") % {"name": kept or "–"})


@purchases.command()
@click.argument("shop")
@click.argument("title")
def accept(shop: str, title: str) -> None:
    """Buy TITLE (its EAN) and all of its publisher of the distributor that notices name."""
    with refusals():
        where = _shop(shop)
        product = find_product(title, where.pk)
        found = operations.accept(shop=where, product=product, actor=SYSTEM)
    click.echo(_("Saved: %(name)s.") % {"name": found.name})


@purchases.command()
@click.argument("shop")
@click.argument("title")
@click.argument("supplier")
@click.option("--publisher", is_flag=True, help="All titles of its publisher.")
def assign(shop: str, title: str, supplier: str, publisher: bool) -> None:
    """Say that SHOP buys TITLE (its EAN) of SUPPLIER (its name)."""
    with refusals():
        where = _shop(shop)
        operations.assign(
            shop=where,
            product=find_product(title, where.pk),
            supplier_id=_supplier(where, supplier).pk,
            whole_publisher=publisher,
            actor=SYSTEM,
        )
    click.echo(_("Saved: %(name)s.") % {"name": supplier})


@purchases.command()
@click.argument("shop")
@click.argument("title")
@click.argument("quantity", type=int)
def wish(shop: str, title: str, quantity: int) -> None:
    """Have QUANTITY copies of TITLE (its EAN) on the list of SHOP for its shelf; 0 for none."""
    with refusals():
        where = _shop(shop)
        product = find_product(title, where.pk)
        operations.wish(shop=where, product=product, quantity=quantity, actor=SYSTEM)
    click.echo(f"{quantity} × {product.title or product.ref}")


@purchases.command()
@click.argument("shop")
@click.argument("supplier")
@click.option("--way", type=click.Choice(Way.values), default="", help="By default, its own.")
def send(shop: str, supplier: str, way: str) -> None:
    """Order what is on the list of SUPPLIER (its name) for SHOP."""
    with refusals():
        where = _shop(shop)
        of = _supplier(where, supplier)
        lists = lists_of(shop=where, actor=SYSTEM)
        mine = next((each for each in lists if each.supplier == of), None)
        if mine is None:
            raise NothingToOrder
        done = operations.send(shop=where, supplier_id=of.pk, seen=mine.seen, actor=SYSTEM, way=way)
    click.echo(_("Ordered: number %(number)d.") % {"number": done.number})


@purchases.command()
@click.argument("shop")
@click.argument("number", type=int)
@click.option("--csv", "form", flag_value="csv", help="As a Dilicom file.")
@click.option("--message", "form", flag_value="message", help="As Dilicom's flat text message.")
def show(shop: str, number: int, form: str | None) -> None:
    """Write the purchase NUMBER of SHOP: as text with the keys of its lines, or as a file."""
    with refusals():
        found = purchase_of(shop=_shop(shop), number=number, actor=SYSTEM)
        rows = rows_of(found.lines.all())
        if form == "csv":
            click.echo(dilicom_csv(rows).decode(), nl=False)
            return
        if form == "message":
            click.echo(dilicom_message(found, rows, own_gln_of(found.shop)).decode(), nl=False)
            return
    click.echo(as_text(found, rows))
    for line in found.lines.all():
        state = line.get_state_display()
        click.echo(f"{line.pk}  {line.received}/{line.quantity} × {line.product.ref}  {state}")


@purchases.command()
@click.argument("shop")
@click.argument("line", type=int)
@click.argument("answer", type=click.Choice([*Answer.values, "give_up"]))
@click.option("--copies", type=int, default=None, help="How many come, of “partly”.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Of “later”.")
def answer(shop: str, line: int, answer: str, copies: int | None, day: datetime | None) -> None:
    """Note what the supplier answers of LINE (its key in `show`), or expect it no more."""
    with refusals():
        where = _shop(shop)
        if answer == "give_up":
            done = operations.give_up(shop=where, line_id=line, actor=SYSTEM)
        else:
            said = Said(answer, copies, day.date() if day else None)
            done = operations.answer(shop=where, line_id=line, said=said, actor=SYSTEM)
    click.echo(f"{done.pk}  {done.get_answer_display() or done.get_state_display()}")


@purchases.command()
@click.argument("shop")
@click.argument("code")
@click.option("--copies", type=int, default=None)
def scan(shop: str, code: str, copies: int | None) -> None:
    """Count a copy that SHOP unpacks, by its EAN, or a carton by its GS1-128 label."""
    with refusals():
        done = operations.scan(
            shop=_shop(shop), code=code, key=uuid4().hex, copies=copies, actor=SYSTEM
        )
    title = done.title
    told = _("%(copies)d scanned, %(awaited)d awaited: %(title)s")
    said = {"copies": title.copies, "awaited": title.awaited, "title": title.product.ref}
    click.echo(told % said)


@purchases.command(name="put-away")
@click.argument("shop")
def put_away(shop: str) -> None:
    """Put what SHOP has scanned away: stock, readers' copies, their mails."""
    with refusals():
        where = _shop(shop)
        arrival, _titles = open_arrival(shop=where, actor=SYSTEM)
        if arrival is None:
            raise Conflict("nothing_scanned", _("Nothing is scanned."))
        done = operations.put_away(shop=where, arrival_id=arrival.pk, actor=SYSTEM)
    told = _("For readers: %(readers)d, for the shelf: %(shelf)d.")
    click.echo(told % {"readers": done.for_readers, "shelf": done.for_shelf})


def _shop(name: str) -> Shop:
    return named_shop(name, actor=SYSTEM)


def _supplier(shop: Shop, name: str) -> Supplier:
    """Raises `NotFound` (`no_such_supplier`)."""
    found = Supplier.objects.filter(shop=shop, name=name, ended_at=None).first()
    if found is None:
        raise no_such_supplier()
    return found
