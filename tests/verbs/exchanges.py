"""What each verb between shops asks of its actor; the shop of the world is the side that acts."""

from comptoir.accounts.actors import SYSTEM
from comptoir.exchanges.models import Transfer
from comptoir.exchanges.operations import Passing, Wanted, accept, ask, send
from comptoir.orders.operations.requests import Customer
from comptoir.shops.models import Shop
from comptoir.shops.operations import SettingsChange, update_settings
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.operations.scope import Verb
from comptoir.stock.models import Offer
from tests.factories import make_network, make_offer, make_shop
from tests.verbs.rows import Call, Make, of, on_shop, once
from tests.verbs.world import World

GUEST = Customer("Ana", "ana@example.org")


@once
def colleague(w: World) -> Offer:
    """Return the offer of a colleague, of the title that the shop has."""
    network, other = make_network(), make_shop(shares_stock=True)
    update_settings(shop=w.shop, change=SettingsChange(shares_stock=True), actor=SYSTEM)
    w.shop.refresh_from_db()
    for shop in (w.shop, other):
        join_network(shop=shop, network=network, actor=SYSTEM)
    return make_offer(shop=other, product=w.offer.product, on_hand=3)


def between(asker: Shop, offer: Offer) -> Transfer:
    wanted = Wanted(product_id=offer.product_id)
    return ask(shop=asker, giver_id=offer.shop_id, wanted=wanted, actor=SYSTEM)


@once
def asked_of(w: World) -> Transfer:
    """Return what a colleague asks the shop for."""
    return between(colleague(w).shop, w.offer)


@once
def asked_by(w: World) -> Transfer:
    """Return what the shop asks a colleague for."""
    return between(w.shop, colleague(w))


@once
def accepted_of(w: World) -> Transfer:
    return accept(transfer_id=asked_of(w).pk, actor=SYSTEM)


@once
def sent_of(w: World) -> Transfer:
    return send(transfer_id=accepted_of(w).pk, actor=SYSTEM)


@once
def sent_by(w: World) -> Transfer:
    accept(transfer_id=asked_by(w).pk, actor=SYSTEM)
    return send(transfer_id=asked_by(w).pk, actor=SYSTEM)


def of_transfer(name: str, made: Make, **values: object) -> tuple[str, tuple[Verb, Call]]:
    """Return the row of a verb that is called on a transfer that is made."""
    return of(
        f"exchanges.operations.{name}",
        Verb.EXCHANGE_COPIES,
        lambda verb, w, actor: verb(transfer_id=made(w).pk, actor=actor, **values),
        before=made,
    )


VERBS = dict(
    [
        of("exchanges.reads.at_colleagues", Verb.EXCHANGE_COPIES,
           lambda f, w, actor: f(shop=colleague(w) and w.shop, product_id=w.offer.product_id,
                                 actor=actor), before=colleague),
        of("exchanges.reads.offer_at_colleague", Verb.EXCHANGE_COPIES,
           lambda f, w, actor: f(offer_id=colleague(w).pk, shop=w.shop, actor=actor),
           before=colleague),
        of("exchanges.reads.transfers_of", Verb.EXCHANGE_COPIES, on_shop()),
        of("exchanges.reads.transfers_of_title", Verb.EXCHANGE_COPIES, on_shop(product_id=1)),
        of("exchanges.reads.orders_that_lack", Verb.EXCHANGE_COPIES, on_shop(product_id=1)),
        of("exchanges.reads.passed_on", Verb.EXCHANGE_COPIES, on_shop()),
        of("exchanges.operations.customers.pass_on", Verb.EXCHANGE_COPIES,
           lambda f, w, actor: f(
               passing=Passing(colleague(w).pk, GUEST), shop=w.shop, actor=actor),
           before=colleague),
        of("exchanges.operations.requests.ask", Verb.EXCHANGE_COPIES,
           lambda f, w, actor: f(
               giver_id=colleague(w).shop_id, wanted=Wanted(w.offer.product_id), shop=w.shop,
               actor=actor), before=colleague),
        of_transfer("requests.withdraw", asked_by),
        of_transfer("answers.accept", asked_of),
        of_transfer("answers.refuse", asked_of, why="needed"),
        of_transfer("ways.send", accepted_of),
        of_transfer("ways.arrive", sent_by),
        of_transfer("ways.lose", sent_of),
    ]
)  # fmt: skip
