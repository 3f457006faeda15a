"""The address at which others fetch all that a shop has: whoever knows its word may read it."""

import secrets

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.shops.models import Shop
from comptoir.shops.operations.origins import note_written
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope

_BYTES = 24


@transaction.atomic
def open_inventory(*, shop: Shop, actor: Actor) -> Shop:
    """Give a shop's inventory an address with a word that nobody guesses (192 bits), or another
    one: the address that it had then leads nowhere. Return the shop.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the shop, who wrote it. Announces nothing. Raises
    `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    return _write(in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True), actor, _word())


@transaction.atomic
def close_inventory(*, shop: Shop, actor: Actor) -> Shop:
    """Take the address of a shop's inventory away, at once; to do so again changes nothing. Return
    the shop.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the shop, who wrote it. Announces nothing. Raises
    `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    return _write(in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True), actor, None)


def _word() -> str:
    return secrets.token_urlsafe(_BYTES)


def _write(shop: Shop, actor: Actor, word: str | None) -> Shop:
    now = timezone.now()
    with act_on(shop, actor=actor, at=now) as more:
        if word and shop.inventory_word:
            # Another word: the history keeps none of them.
            more["inventory_word"] = (True, True)
        shop.inventory_word = word
        shop.save(update_fields=["inventory_word"])
    note_written(shop, {"inventory_word"}, actor=actor, at=now)
    return shop
