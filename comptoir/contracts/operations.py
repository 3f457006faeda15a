"""Contracts filed, handed out to their shop and, ten years later, deleted."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.contracts.errors import no_such_contract
from comptoir.contracts.models import Contract
from comptoir.orders.charges.reads import amounts
from comptoir.orders.models import Delivery, EventKind, Order, OrderEvent
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

LEAST_CENTS = 12_000
"""From so much on a contract concluded by electronic means is kept: 120 euros. Source: code de la
consommation, D213-1."""
YEARS = 10
"""So long, from the delivery on. Source: code de la consommation, D213-2."""


def file_contracts(orders: Collection[int], now: datetime) -> int:
    """File the contracts of orders whose persons are about to be erased; return how many.

    Those that a quote reckoned at `LEAST_CENTS` or more and that were paid; a reservation that is
    paid in the shop is concluded there. A step of the erasure, which has locked the orders. Writes:
    the contracts, once each.
    """
    found = amounts(orders)
    big = [key for key, (charged, _owed) in found.items() if charged >= LEAST_CENTS]
    paid = OrderEvent.objects.filter(order=OuterRef("pk"), kind=EventKind.PAID)
    kept = Order.objects.filter(Exists(paid), pk__in=big)
    # Its payment was an error, and nothing came after it.
    kept = kept.exclude(delivery=Delivery.MAIL, deadline__isnull=False)
    kept = kept.select_related("shop", "address")
    contracts = [
        contract
        for order in kept.prefetch_related("lines__charge", "events")
        if (contract := _contract(order, found[order.pk][0])).until >= now.date()
    ]
    Contract.objects.bulk_create(contracts, ignore_conflicts=True)
    return len(contracts)


@transaction.atomic
def hand_out(*, shop: Shop, contract_id: int, actor: Actor) -> Contract:
    """Return a contract that a shop has filed, with its buyer: because they ask to see it, or an
    authority does.

    Guard: `EXPORT_SHOP`. Locks nothing. Writes: an entry of the audit (`looked`), which names the
    contract and nobody. Raises `NotFound` (also `no_such_contract`), `Forbidden`.
    """
    found = Contract.objects.visible_to(actor).filter(shop=shop, pk=contract_id).first()
    if found is None:
        raise no_such_contract()
    shop = in_scope(shop, actor, Verb.EXPORT_SHOP)
    note(actor, "contract_read", subject=found, shop_id=shop.pk, looked=True)
    return found


def erase_old(*, now: datetime) -> int:
    """Delete the contracts whose years are over; return how many. Locks, deletes: them."""
    return Contract.objects.filter(until__lt=now.date()).delete()[0]


def years_later(day: date, years: int) -> date:
    """Return the same day so many years later; of 29 February, where there is none, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _contract(order: Order, cents: int) -> Contract:
    shop, address = order.shop, getattr(order, "address", None)
    siret = f"SIRET {shop.siret}" if shop.siret else ""
    seller = [shop.name, shop.street, f"{shop.postcode} {shop.city}".strip(), siret]
    where = [*address.lines, address.country] if address else []
    return Contract(
        shop=shop,
        order=order.pk,
        code=order.code,
        seller=", ".join(part for part in seller if part)[:400],
        buyer_name=order.name,
        buyer_email=order.email,
        buyer_address=", ".join(where)[:500],
        buyer_key=order.email_key,
        lines=[
            {"title": line.title, "quantity": line.quantity, "cents": line.charge.unit_cents}
            for line in order.lines.all()
            if hasattr(line, "charge")
        ],
        postage_cents=order.postage.cents,
        cents=cents,
        concluded_at=order.placed_at,
        until=years_later(timezone.localdate(_fulfilled(order, order.events.all())), YEARS),
    )


def _fulfilled(order: Order, events: Iterable[OrderEvent]) -> datetime:
    arrived = [each.happened_at for each in events if each.kind == EventKind.DELIVERED]
    return max(arrived, default=order.ended_at or order.placed_at)
