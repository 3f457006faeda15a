"""Copies for the shelf, on the list of what is to be ordered."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.catalogue.models import Product
from comptoir.core.errors import Invalid
from comptoir.purchases.models import Wish
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

MOST_COPIES = 9999


@transaction.atomic
def wish(
    *, shop: Shop, product: Product, quantity: int, actor: Actor, add: bool = False
) -> Wish | None:
    """Have so many copies of a title on the list for the shelf; none takes it off. With `add` they
    come to those that are there: each scan is one more.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the wish. Announces nothing. Raises `NotFound`,
    `Forbidden`, `Invalid` (`bad_quantity`), `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    known = Wish.objects.filter(shop=shop, product=product).first()
    wanted = quantity + (known.quantity if add and known else 0)
    if not 0 <= wanted <= MOST_COPIES:
        told = _("Type a number of copies from 0 to 9,999.")
        raise Invalid("bad_quantity", told, field="quantity")
    if wanted == 0:
        Wish.objects.filter(shop=shop, product=product).delete()
        return None
    found, _made = Wish.objects.update_or_create(
        shop=shop, product=product, defaults={"quantity": wanted, **acted_by(actor)}
    )
    return found
