"""Reads of the file of contracts: what is filed, without its buyers."""

from collections.abc import Sequence

from comptoir.accounts.actors import Actor
from comptoir.contracts.models import Contract
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

LATEST = 50
OF_BUYERS = ("buyer_name", "buyer_email", "buyer_address", "buyer_key")


def filed(shop: Shop, *, actor: Actor, code: str = "") -> Sequence[Contract]:
    """Return the contracts that a shop has filed, the newest first: `LATEST` of them, of a number
    (however it is spaced) if one is given. Who bought is not read: that is `operations.hand_out`.

    Guard: `EXPORT_SHOP`. Raises `NotFound`, `Forbidden`. Two queries.
    """
    shop = in_scope(shop, actor, Verb.EXPORT_SHOP)
    rows = Contract.objects.visible_to(actor).filter(shop=shop)
    if wanted := "".join(sign for sign in code if sign.isalnum()):
        rows = rows.filter(code=wanted.upper())
    return list(rows.defer(*OF_BUYERS).order_by("-concluded_at", "-pk")[:LATEST])
