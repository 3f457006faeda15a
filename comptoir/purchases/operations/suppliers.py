"""Of whom a shop buys, which titles of whom, and by which number suppliers know it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum import ean as stdnum_ean

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.core.errors import Conflict, Invalid, Message, fill
from comptoir.core.text import one_line
from comptoir.purchases.errors import no_such_supplier
from comptoir.purchases.kinds import Way
from comptoir.purchases.models import Buyer, Supplier, Supply
from comptoir.purchases.sources import publisher_key
from comptoir.shops.contacts import receives_mail
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

MOST_SUPPLIERS = 200


@dataclass(frozen=True, slots=True)
class SupplierSaid:
    """What somebody writes of a supplier (`Supplier`)."""

    name: str
    way: str = Way.OTHER.value
    email: str = ""
    gln: str = ""
    customer_number: str = ""


@transaction.atomic
def write_supplier(
    *, shop: Shop, said: SupplierSaid, actor: Actor, supplier_id: int | None = None
) -> Supplier:
    """Enter a supplier, or change one.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the supplier. Announces nothing. Raises
    `NotFound` (also `no_such_supplier`), `Forbidden`, `Invalid` (`no_name`, `bad_gln`, `bad_email`,
    `bad_way`), `Conflict` (`name_taken`, `too_many_suppliers`, `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    values = _checked(said)
    others = Supplier.objects.filter(shop=shop, ended_at=None).exclude(pk=supplier_id or 0)
    if others.filter(name=values["name"]).exists():
        told = _("There is a supplier of this name already.")
        raise Conflict("name_taken", told, field="name")
    if supplier_id is None:
        if others.count() >= MOST_SUPPLIERS:
            raise Conflict("too_many_suppliers", _("A shop has at most 200 suppliers."))
        return Supplier.objects.create(shop=shop, **values)
    found = supplier_in(shop, supplier_id)
    for name, value in values.items():
        setattr(found, name, value)
    found.save(update_fields=[*values])
    return found


@transaction.atomic
def end_supplier(*, shop: Shop, supplier_id: int, actor: Actor) -> Supplier:
    """Buy no more of a supplier: its titles are nobody's again, its purchases stay.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the supplier. Deletes: the shop's word on what
    comes from it. Announces nothing. Raises `NotFound` (also `no_such_supplier`), `Forbidden`,
    `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    found = supplier_in(shop, supplier_id)
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    found.supplies.all().delete()
    return found


@transaction.atomic
def assign(
    *, shop: Shop, product: Product, supplier_id: int, whole_publisher: bool, actor: Actor
) -> Supplier:
    """Say of whom a title is bought, or with `whole_publisher` all titles of its publisher; it is
    remembered. A word on the title itself that was said before goes with the publisher's.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the shop's word. Announces nothing. Raises
    `NotFound` (also `no_such_supplier`), `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    supplier = supplier_in(shop, supplier_id)
    publisher = publisher_key(product.publisher)
    of_title = Supply.objects.filter(shop=shop, product=product)
    of_title.delete()
    if whole_publisher and publisher:
        Supply.objects.update_or_create(
            shop=shop, product=None, publisher=publisher, defaults={"supplier": supplier}
        )
    else:
        Supply.objects.create(shop=shop, product=product, supplier=supplier)
    return supplier


@transaction.atomic
def write_own_gln(*, shop: Shop, gln: str, actor: Actor) -> str:
    """Say by which GLN suppliers know a shop; "" takes it back. Return it as it is kept.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the number, or deletes it. Announces nothing.
    Raises `NotFound`, `Forbidden`, `Invalid` (`bad_gln`), `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    number = _gln(gln, field="own_gln")
    if number:
        Buyer.objects.update_or_create(shop=shop, defaults={"gln": number})
    else:
        Buyer.objects.filter(shop=shop).delete()
    return number


def supplier_in(shop: Shop, key: int) -> Supplier:
    """Return a supplier of a shop that has not ended. Raises `NotFound` (`no_such_supplier`)."""
    found = Supplier.objects.filter(shop=shop, pk=key, ended_at=None).first()
    if found is None:
        raise no_such_supplier()
    return found


def _checked(said: SupplierSaid) -> dict[str, str]:
    values = {
        "name": one_line(said.name)[:120],
        "way": said.way,
        "email": said.email.strip(),
        "gln": _gln(said.gln, field="gln"),
        "customer_number": one_line(said.customer_number)[:35],
    }
    if not values["name"]:
        raise Invalid("no_name", _("Name the supplier."), field="name")
    if values["way"] not in Way.values:
        raise Invalid("bad_way", _("Say how it takes orders."), field="way")
    _check_email(values)
    return values


def _check_email(values: dict[str, str]) -> None:
    is_wanted = bool(values["email"]) or values["way"] == Way.MAIL
    if is_wanted and not receives_mail(values["email"].lower()):
        told = _("Write the address to which orders go, as in commandes@distributeur.fr.")
        raise Invalid("bad_email", told, field="email")


def _gln(typed: str, *, field: str) -> str:
    """Return a GLN without its spaces. Raises `Invalid` (`bad_gln`)."""
    told: Message
    number = "".join(typed.split())
    if number and not (number.isascii() and len(number) == 13 and stdnum_ean.is_valid(number)):
        told = _("“%(gln)s” is no GLN: it has 13 digits, the last of which checks the others.")
        raise Invalid("bad_gln", fill(told, gln=number[:20]), field=field)
    return number
