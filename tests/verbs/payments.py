"""What each verb of payments asks of its actor."""

from collections.abc import Callable

from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.orders.models import Order
from comptoir.payments.kinds import Otherwise, ProviderName
from comptoir.payments.models import Refund, Transfer
from comptoir.payments.operations import AccountSaid, OtherwiseSaid, TransferSaid
from comptoir.shops.operations.scope import Verb
from tests.payments.world import BANK, account_of, money_for
from tests.verbs.rows import Call, of, on_shop, once
from tests.verbs.world import World

SAID = AccountSaid(provider=ProviderName.TRANSFER, secrets=BANK)
CAME = TransferSaid(cents=100, dated=timezone.localdate())
OTHERWISE = OtherwiseSaid(cents=1, dated=timezone.localdate(), how=Otherwise.CASH)


def on_account(**values: object) -> Callable[..., object]:
    def call(verb: Callable[..., object], w: World, actor: Actor) -> object:
        account = account_of(w.shop, ProviderName.TRANSFER)
        return verb(shop=w.shop, account_id=account.pk, actor=actor, **values)

    return call


@once
def money(w: World) -> dict[str, int]:
    """Have an order paid by transfer; return the keys of what came of it."""
    money_for(Order.objects.get(pk=w.order.pk))
    return {
        "order_id": w.order.pk,
        "line_id": w.order.lines.first().pk,
        "transfer_id": Transfer.objects.filter(order=w.order).latest("pk").pk,
        "refund_id": Refund.objects.filter(order=w.order).latest("pk").pk,
    }


def of_money(name: str, *keys: str, **values: object) -> tuple[str, tuple[Verb, Call]]:
    """Return the row of a verb that is called on something of an order that is paid."""

    def how(verb: Callable[..., object], w: World, actor: Actor) -> object:
        named = {key: money(w)[key] for key in keys}
        return verb(**named, **values, actor=actor, now=timezone.now())

    return of(f"payments.operations.{name}", Verb.HANDLE_MONEY, how, before=money)


VERBS = dict(
    [
        of("payments.operations.accounts.write_account", Verb.CHANGE_SHOP, on_shop(said=SAID)),
        of("payments.operations.accounts.close_account", Verb.CHANGE_SHOP, on_account()),
        of("payments.operations.accounts.try_account", Verb.CHANGE_SHOP,
           on_account(now=timezone.now())),
        of_money("refunds.refund_line", "order_id", "line_id", quantity=1),
        of_money("refunds.refund_amount", "order_id", cents=1),
        of_money("refunds.refund_again", "refund_id"),
        of_money("refunds.note_paid_back", "refund_id"),
        of_money("otherwise.note_otherwise", "refund_id", said=OTHERWISE),
        of_money("transfers.enter_transfer", "order_id", said=CAME),
        of_money("transfers.void_transfer", "transfer_id"),
    ]
)  # fmt: skip
