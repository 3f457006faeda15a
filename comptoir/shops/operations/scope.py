"""Who may do what in a shop: the one table of roles and verbs, and the guard that reads it.

Every verb that acts in a shop begins with `in_scope`. Another's shop is not there at all
(`NotFound`); in one's own shop, or that of a network one coordinates, a verb that the table does
not give to one's role is refused (`Forbidden`). A verb that names no shop, because its caller
proves a right by a secret (a reader who confirms or cancels by the link in a mail), is not here.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.core.errors import Conflict, Forbidden, NotFound
from comptoir.shops.models import Shop, ShopQuerySet, StaffRole


class Role(StrEnum):
    """What an actor is in a shop. An actor with none of these roles is not in it."""

    STAFF = "staff"
    MANAGER = "manager"
    TOKEN = "token"  # noqa: S105
    FEED = "feed"
    COORDINATOR = "coordinator"
    SYSTEM = "system"


class Verb(StrEnum):
    """What an actor may do in a shop. Several functions share a verb when the same people may."""

    READ_COUNTER = "read_counter"
    MOVE_STOCK = "move_stock"
    COUNT_STOCK = "count_stock"
    SELL_COPIES = "sell_copies"
    REPORT_STOCK = "report_stock"
    DECIDE_REPORT = "decide_report"
    DECIDE_PRICE = "decide_price"
    UPLOAD_FILE = "upload_file"
    DESCRIBE_TILL = "describe_till"
    LINK_TILL = "link_till"
    RETIRE_TILL = "retire_till"
    SERVE_ORDERS = "serve_orders"
    CLOSE_SHOP = "close_shop"
    CLOSE_DOORS = "close_doors"
    FILL_WINDOW = "fill_window"
    SET_RELEASES = "set_releases"
    READ_HISTORY = "read_history"
    READ_AUDIT = "read_audit"
    EXCHANGE_COPIES = "exchange_copies"
    BUY_COPIES = "buy_copies"
    CHANGE_SHOP = "change_shop"
    EMPLOY = "employ"
    CHANGE_WEBHOOKS = "change_webhooks"
    EXPORT_SHOP = "export_shop"
    END_SHOP = "end_shop"
    HANDLE_MONEY = "handle_money"
    JOIN_NETWORK = "join_network"
    RUN_INSTALLATION = "run_installation"


COUNTER = frozenset({Role.STAFF, Role.MANAGER, Role.TOKEN, Role.SYSTEM})
MANAGERS = frozenset({Role.MANAGER, Role.SYSTEM})

MAY: Mapping[Verb, frozenset[Role]] = {
    Verb.READ_COUNTER: COUNTER,
    Verb.MOVE_STOCK: COUNTER,
    Verb.COUNT_STOCK: COUNTER,
    Verb.SELL_COPIES: COUNTER,
    Verb.REPORT_STOCK: COUNTER | {Role.FEED},
    Verb.DECIDE_REPORT: COUNTER,
    Verb.DECIDE_PRICE: COUNTER,
    Verb.UPLOAD_FILE: COUNTER,
    Verb.DESCRIBE_TILL: COUNTER,
    Verb.LINK_TILL: MANAGERS,
    Verb.RETIRE_TILL: COUNTER,
    Verb.SERVE_ORDERS: COUNTER,
    Verb.CLOSE_SHOP: COUNTER,
    Verb.CLOSE_DOORS: COUNTER,
    Verb.FILL_WINDOW: COUNTER,
    Verb.SET_RELEASES: MANAGERS,
    Verb.READ_HISTORY: COUNTER | {Role.COORDINATOR},
    Verb.READ_AUDIT: MANAGERS,
    Verb.EXCHANGE_COPIES: frozenset({Role.STAFF, Role.MANAGER, Role.SYSTEM}),
    Verb.BUY_COPIES: COUNTER,
    Verb.CHANGE_SHOP: MANAGERS,
    Verb.EMPLOY: MANAGERS,
    Verb.CHANGE_WEBHOOKS: MANAGERS | {Role.TOKEN},
    Verb.EXPORT_SHOP: MANAGERS,
    Verb.END_SHOP: MANAGERS,
    Verb.HANDLE_MONEY: MANAGERS,
    Verb.JOIN_NETWORK: MANAGERS,
    Verb.RUN_INSTALLATION: frozenset({Role.SYSTEM}),
}
"""Which roles may do what. A role that comes later joins the rows here, and nothing else."""

AFTER_THE_END = frozenset(
    {
        *(Verb.READ_COUNTER, Verb.READ_HISTORY, Verb.READ_AUDIT, Verb.SERVE_ORDERS),
        *(Verb.CHANGE_WEBHOOKS, Verb.EXPORT_SHOP, Verb.HANDLE_MONEY, Verb.RUN_INSTALLATION),
    }
)
"""What may still be done in a shop that has left the network."""


def in_scope(shop: Shop, actor: Actor, verb: Verb, *, lock: bool = False) -> Shop:
    """Return the shop, read afresh, if the actor may do this in it.

    With `lock` the row is locked `FOR NO KEY UPDATE` until the transaction ends. Raises `NotFound`
    (`no_such_shop`) for another's shop, `Forbidden` (`not_manager`) for a verb above one's role,
    `Conflict` (`shop_ended`) in a shop that has left the network, but for `AFTER_THE_END`.
    One query, two of who is refused as staff; twice that and the lock with `lock`.
    """
    mine = _allowed(shop, actor, verb)
    if lock:
        # Whoever waits here is judged again when the lock comes: PostgreSQL reads the locked row
        # anew, but not the job that was joined to it, and that may have ended meanwhile.
        Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
        mine = _allowed(shop, actor, verb)
    return mine


def _allowed(shop: Shop, actor: Actor, verb: Verb) -> Shop:
    found = _shops_of(actor).filter(pk=shop.pk)
    if actor.kind is ActorKind.USER:
        # The join is that of the scope: the role is this person's own.
        found = found.annotate(role=F("staff__role"))
    mine = found.first()
    role = _role(mine, actor) if mine is not None else None
    if actor.kind is ActorKind.USER and role not in MAY[verb]:
        coordinated = Shop.objects.coordinated_by(actor).filter(pk=shop.pk).first()
        if coordinated is not None and (mine is None or Role.COORDINATOR in MAY[verb]):
            mine, role = coordinated, Role.COORDINATOR
    if mine is None:
        raise NotFound("no_such_shop", _("There is no such shop."))
    if role not in MAY[verb]:
        told = _("Only the owner of the shop may do this: ask them.")
        if verb is Verb.RUN_INSTALLATION:
            told = _("Only an operator of the installation may do this.")
        raise Forbidden("not_manager", told)
    if mine.ended_at is not None and verb not in AFTER_THE_END:
        raise Conflict("shop_ended", _("This shop has left the network."))
    return mine


def _shops_of(actor: Actor) -> ShopQuerySet:
    # A feed uses no counter, but it is in its own shop.
    if actor.kind is ActorKind.FEED and actor.shop_id is not None:
        return Shop.objects.filter(pk=actor.shop_id)
    return Shop.objects.visible_to(actor)


def _role(shop: Shop, actor: Actor) -> Role:
    if actor.kind is ActorKind.USER:
        return Role(StaffRole(shop.role))  # type: ignore[attr-defined]
    return Role(actor.kind.value)
