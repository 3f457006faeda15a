"""What each verb of conditions and withdrawals asks of its actor."""

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.operations.scope import Verb
from comptoir.terms.operations import ConditionsSaid, MakerSaid, publish
from tests.terms.world import fill_in
from tests.verbs.rows import of, on_shop
from tests.withdrawals.rows import rights_of

NOW = timezone.now()
MAKER = MakerSaid(imprint="Seuil", name="Éditions du Seuil", address="Paris", contact="a@b.fr")


def published(verb, w, actor):
    fill_in(w.shop)
    return verb(shop=w.shop, actor=actor, now=NOW)


def told_later(verb, w, actor):
    fill_in(w.shop)
    publish(shop=w.shop, actor=SYSTEM, now=NOW)
    return verb(shop=w.shop, actor=actor, now=NOW)


def removed(verb, w, actor):
    key = int(rights_of(w.order)["int:maker_id"])
    return verb(shop=w.shop, maker_id=key, actor=actor)


def received(verb, w, actor):
    """Of an order whose copies are still in the shop: they are kept there."""
    return verb(withdrawn_id=int(rights_of(w.order)["int:withdrawn_id"]), quantity=1, actor=actor)


VERBS = dict(
    [
        of("terms.operations.versions.write_conditions", Verb.CHANGE_SHOP,
           on_shop(said=ConditionsSaid(), now=NOW)),
        of("terms.operations.versions.publish", Verb.CHANGE_SHOP, published),
        of("terms.operations.makers.write_maker", Verb.CHANGE_SHOP,
           on_shop(said=MAKER, now=NOW)),
        of("terms.operations.makers.remove_maker", Verb.CHANGE_SHOP, removed),
        of("withdrawals.operations.notices.give_notices", Verb.CHANGE_SHOP, told_later),
        of("withdrawals.operations.returns.receive", Verb.SERVE_ORDERS, received),
        of("withdrawals.reads.followed", Verb.SERVE_ORDERS, on_shop()),
    ]
)  # fmt: skip
