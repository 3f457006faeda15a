"""The history of a shop: each act by which it was changed, with the values before and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.shops.models import Shop
from comptoir.shops.page.models import FieldChange, ShopAct
from comptoir.shops.page.state import state_of

Changes = dict[str, tuple[Any, Any]]


@contextmanager
def act_on(
    shop: Shop,
    *lists: str,
    actor: Actor,
    at: datetime,
    source: str = "",
    undoes: ShopAct | None = None,
) -> Iterator[Changes]:
    """Keep in the history what is changed of a shop inside: its columns, and its lists of these
    names (`page.state.LISTS`). What is put into the mapping that is given is kept with it.

    Whoever writes a shop does so inside. The shop is as it is in the database as this begins, is
    locked, and its columns are changed on it; where nothing is, nothing is kept. A step inside the
    transaction of a verb that has looked. Writes: the act and its changes.
    """
    before = state_of(shop, lists)
    more: Changes = {}
    yield more
    after = state_of(shop, lists)
    changes = {name: (was, after[name]) for name, was in before.items() if was != after[name]}
    keep_act(shop, changes | more, actor=actor, at=at, source=source, undoes=undoes)


def keep_act(
    shop: Shop,
    changes: Changes,
    *,
    actor: Actor,
    at: datetime,
    source: str = "",
    undoes: ShopAct | None = None,
) -> ShopAct | None:
    """Keep what one act changed of a shop: by field, the value before and the one after. None is
    kept, nor returned, where that is nothing.

    A step inside the transaction of a verb that has looked and has locked the shop. Writes: the act
    and its changes.
    """
    if not changes:
        return None
    act = ShopAct.objects.create(
        shop=shop, happened_at=at, source=source, undoes=undoes, **acted_by(actor)
    )
    FieldChange.objects.bulk_create(
        FieldChange(act=act, field=name, before=before, after=after)
        for name, (before, after) in changes.items()
    )
    return act


def keep_new(shop: Shop, *, actor: Actor, at: datetime, source: str = "") -> None:
    """Keep that a shop was taken into the directory. A step, as `keep_act`."""
    keep_act(shop, {"created": (None, shop.name)}, actor=actor, at=at, source=source)
