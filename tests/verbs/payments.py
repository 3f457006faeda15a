"""What each verb of payments asks of its actor."""

from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.orders.models import Order
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Refund, Transfer
from comptoir.payments.operations import AccountSaid, TransferSaid
from comptoir.shops.operations.scope import Verb
from tests.payments.world import BANK, account_of, money_for
from tests.verbs.rows import Call, of, on_shop
from tests.verbs.world import World

SAID = AccountSaid(provider=ProviderName.TRANSFER, secrets=BANK)
CAME = TransferSaid(cents=100, dated=timezone.localdate())


def on_account(**values: object) -> Call:
    def call(verb, w: World, actor: Actor) -> object:
        account = account_of(w.shop, ProviderName.TRANSFER)
        return verb(shop=w.shop, account_id=account.pk, actor=actor, **values)

    return call


def on_money(name: str, **values: object) -> Call:
    """Call a verb on one thing of an order that was paid by transfer."""

    def call(verb, w: World, actor: Actor) -> object:
        money_for(Order.objects.get(pk=w.order.pk))
        keys = {
            "order_id": w.order.pk,
            "transfer_id": Transfer.objects.filter(order=w.order).latest("pk").pk,
            "refund_id": Refund.objects.filter(order=w.order).latest("pk").pk,
        }
        asked = {name: keys[name], "actor": actor, "now": timezone.now()}
        if "line_id" in values:
            asked["line_id"] = w.order.lines.first().pk
        return verb(**(values | asked))

    return call


MONEY = Verb.HANDLE_MONEY
VERBS = dict(
    [
        of("payments.operations.accounts.write_account", Verb.CHANGE_SHOP, on_shop(said=SAID)),
        of("payments.operations.accounts.close_account", Verb.CHANGE_SHOP, on_account()),
        of("payments.operations.accounts.try_account", Verb.CHANGE_SHOP,
           on_account(now=timezone.now())),
        of("payments.operations.refunds.refund_line", MONEY,
           on_money("order_id", line_id=0, quantity=1)),
        of("payments.operations.refunds.refund_amount", MONEY, on_money("order_id", cents=1)),
        of("payments.operations.refunds.refund_again", MONEY, on_money("refund_id")),
        of("payments.operations.refunds.note_paid_back", MONEY, on_money("refund_id")),
        of("payments.operations.transfers.enter_transfer", MONEY,
           on_money("order_id", said=CAME)),
        of("payments.operations.transfers.void_transfer", MONEY, on_money("transfer_id")),
    ]
)  # fmt: skip
