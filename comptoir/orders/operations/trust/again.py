"""The shop trusts somebody again who did not collect."""

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.orders.contacts import trust_key
from comptoir.orders.models import Order
from comptoir.orders.operations.status import lock_served
from comptoir.orders.operations.trust.record import person_of
from comptoir.orders.trust.demand import times_of
from comptoir.orders.trust.models import TrustEvent, TrustKind


@transaction.atomic
def trust_again(*, order_id: int, actor: Actor) -> Order:
    """Trust the person of an order again: whatever they did not collect before counts no more.

    Where it does not count anyway, nothing is written.

    Guard: `SERVE_ORDERS`. Locks: the order. Writes: a line of what the shop remembers of the
    person. Announces: nothing, for nobody else sees it. Raises `NotFound`, `Forbidden`.
    """
    order = lock_served(actor, pk=order_id)
    if (person := person_of(order)) and times_of([key := trust_key(order.shop_id, person)]):
        TrustEvent.objects.create(
            shop_id=order.shop_id,
            key=key,
            kind=TrustKind.TRUSTED,
            happened_at=timezone.now(),
            **acted_by(actor),
        )
    return order
