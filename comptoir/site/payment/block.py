"""What an order's page shows of its money."""

from typing import Any

from comptoir.orders.models import Order
from comptoir.payments.errors import NoKey
from comptoir.payments.kinds import ProviderName
from comptoir.payments.reads.screens import went_back
from comptoir.payments.reads.state import state_of
from comptoir.payments.reads.ways import transfer_slip, ways_for


def payment_block(order: Order) -> dict[str, Any]:
    """Return what an order's page shows of its money; empty where nothing was to be paid here."""
    state = state_of(order)
    if not state.charged and not state.captured:
        return {}
    shown: dict[str, Any] = {"payment": state, "pay_by": order.pay_by}
    if state.gone:
        shown["backs"] = went_back(order)
    if state.to_pay or state.lacking:
        shown["voided"] = order.bank_transfers.exclude(voided_at=None).exists()
    if state.to_pay and not state.is_pending:
        ways = ways_for(order)
        shown["ways"] = [way for way in ways if way != ProviderName.TRANSFER]
        if ProviderName.TRANSFER in ways:
            account = order.shop.payment_accounts.open().get(provider=ProviderName.TRANSFER)
            try:
                shown["transfer"] = transfer_slip(account, order, state.to_pay)
            except NoKey as missing:
                shown["no_key"] = str(missing)
    return shown
