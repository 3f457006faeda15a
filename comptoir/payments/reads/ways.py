"""In which ways a shop is paid."""

from dataclasses import dataclass
from datetime import datetime

import segno

from comptoir.orders.models import Delivery, Order
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Account, Session
from comptoir.payments.providers import ONLINE
from comptoir.payments.providers.trial import allowed
from comptoir.payments.vault import unseal
from comptoir.shops.models import Shop


def offers_trial(shop: Shop) -> bool:
    """Return whether readers of a shop pay at the test provider: the installation says that it is a
    trial, and the shop has no account of its own."""
    real = shop.payment_accounts.open().exclude(provider=ProviderName.TRIAL)
    return allowed() and not real.exists()


def ways_of(shop: Shop) -> list[ProviderName]:
    """Return by whom a shop is paid just now, those online first; none: it takes no money here."""
    if offers_trial(shop):
        return [ProviderName.TRIAL]
    names = shop.payment_accounts.open().values_list("provider", flat=True)
    order = [*ONLINE, ProviderName.TRANSFER]
    found = {ProviderName(name) for name in names} - {ProviderName.TRIAL}
    return sorted(found, key=order.index)


def ways_for(order: Order) -> list[ProviderName]:
    """Return by whom the shop of an order is paid for it: what is collected waits for no transfer,
    which takes days."""
    found = ways_of(order.shop)
    if order.delivery == Delivery.COLLECT:
        return [way for way in found if way != ProviderName.TRANSFER]
    return found


def open_session(order: Order, now: datetime) -> Session | None:
    """Return the session by which an order can be paid just now, if there is one."""
    found = order.payment_sessions.filter(status="open", expires_at__gt=now)
    return found.order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class TransferSlip:
    """What a reader needs for a bank transfer: whose account, its IBAN in groups of four, its BIC,
    how many cents, the reference to write, and the QR code that banking programs read (SVG)."""

    holder: str
    iban: str
    bic: str
    cents: int
    reference: str
    qr: str


def transfer_slip(account: Account, order: Order, cents: int) -> TransferSlip:
    """Return what a reader needs to transfer so many cents for an order. Raises `NoKey`.

    The QR code is the European Payments Council's (EPC069-12, version 002): the reference stands as
    text, for it is no structured one.
    """
    kept = unseal(account.secrets, of=account.token)
    lines = [
        *("BCD", "002", "1", "SCT"),
        *(kept["bic"], kept["holder"], kept["iban"], f"EUR{cents // 100}.{cents % 100:02}"),
        *("", "", order.code),
    ]
    qr = segno.make("\n".join(lines), error="m", encoding="utf-8", micro=False)
    number = kept["iban"]
    return TransferSlip(
        holder=kept["holder"],
        iban=" ".join(number[at : at + 4] for at in range(0, len(number), 4)),
        bic=kept["bic"],
        cents=cents,
        reference=order.code,
        qr=qr.svg_inline(scale=4, border=2, omitsize=True),
    )
