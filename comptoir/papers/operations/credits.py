"""What was invoiced and is sold no more is taken back: by a credit note, never by a change."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.orders.models import Order
from comptoir.papers.content import invoiced
from comptoir.papers.invoices.sums import given_back
from comptoir.papers.invoices.values import Earlier, PaperKind
from comptoir.papers.models import Paper
from comptoir.papers.operations.issuance import Draft, put_out, turn_of
from comptoir.papers.sold import buyer_of, stays_sold, terms_of
from comptoir.payments.reads.state import states_of
from comptoir.shops.operations.scope import Verb, in_scope


@transaction.atomic
def credit(*, order_id: int, actor: Actor, now: datetime) -> Paper | None:
    """Issue a credit note for what of an invoiced order is sold no more, and return it; None where
    nothing is. Whatever fails, nothing is issued and no number is used.

    Guard: `SERVE_ORDERS`. Locks: the order, then the shop's series. Writes: the paper, its file,
    the series. Announces nothing. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_lacks`).
    """
    found = Order.objects.select_related("shop").filter(pk=order_id)
    order = found.select_for_update(no_key=True, of=("self",)).first()
    if order is None:
        return None
    in_scope(order.shop, actor, Verb.SERVE_ORDERS)
    series = turn_of(order.shop)
    papers = list(order.papers.order_by("serial"))
    back, sums = given_back(invoiced(papers), stays_sold(order))
    if not back.cents:
        return None
    of = [paper for paper in papers if paper.kind == PaperKind.INVOICE][-1]
    draft = Draft(
        order=order,
        kind=PaperKind.CREDIT,
        sale=back,
        sums=sums,
        terms=terms_of(order),
        buyer=buyer_of(order),
        earlier=Earlier(of.number, of.day),
    )
    return put_out(draft, series, actor=actor, now=now)


def credit_due(*, now: datetime) -> int:
    """Issue the credit notes that are due: of invoiced orders of which money went back. Return how
    many. One that cannot be issued holds up no other, and is tried again.

    Locks and writes what `credit` does, an order a transaction. Raises `ExceptionGroup` at the end.
    """
    made, wrong = 0, []
    for key in _perhaps_due():
        try:
            made += credit(order_id=key, actor=SYSTEM, now=now) is not None
        except Exception as error:
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("credit notes that were not issued", wrong)
    return made


def _perhaps_due() -> list[int]:
    """Return the orders of which more stays invoiced than is in hand."""
    invoices, credits = Q(papers__kind=PaperKind.INVOICE), Q(papers__kind=PaperKind.CREDIT)
    found = Order.objects.filter(papers__isnull=False, refunds__isnull=False).distinct()
    keys = list(found.values_list("pk", flat=True))
    sums = Order.objects.filter(pk__in=keys).annotate(
        stays=Coalesce(Sum("papers__cents", filter=invoices), 0)
        - Coalesce(Sum("papers__cents", filter=credits), 0)
    )
    in_hand = {key: state.in_hand for key, state in states_of(keys).items()}
    return [key for key, stays in sums.values_list("pk", "stays") if stays > in_hand.get(key, 0)]
