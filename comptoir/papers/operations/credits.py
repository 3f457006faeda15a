"""What was invoiced and is sold no more is taken back: by a credit note, never by a change."""

from datetime import datetime

from django.db import transaction

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.db import fetch
from comptoir.orders.models import Order
from comptoir.papers.content import invoiced
from comptoir.papers.invoices.file import buyer_in
from comptoir.papers.invoices.sums import given_back
from comptoir.papers.invoices.values import Earlier, PaperKind
from comptoir.papers.models import Paper
from comptoir.papers.operations.issuance import Draft, put_out
from comptoir.papers.operations.turns import turn_of
from comptoir.papers.reads import bytes_of, papers_of
from comptoir.papers.sold import buyer_of, is_known, stays_sold, terms_of
from comptoir.payments.reads.state import IN_HAND
from comptoir.shops.operations.scope import Verb, in_scope

_PERHAPS_DUE = f"""
SELECT o.order_id FROM (
    SELECT order_id, sum(CASE kind WHEN %(invoice)s THEN cents ELSE -cents END) AS stays
    FROM papers_paper p WHERE EXISTS (SELECT FROM payments_refund WHERE order_id = p.order_id)
    GROUP BY order_id
) o WHERE o.stays > {IN_HAND} ORDER BY o.order_id
"""  # noqa: S608


@transaction.atomic
def credit(*, order_id: int, actor: Actor, now: datetime) -> Paper | None:
    """Issue a credit note for what of an invoiced order is sold no more, and return it; None where
    nothing is. It is of the shop that invoiced, which may have become part of another since, and to
    the buyer of the invoice, who may be erased. Whatever fails, nothing is issued and no number is
    used.

    Guard: `SERVE_ORDERS`. Locks: the order, then the series of the shop that invoiced and the
    numbers of its business. Writes: the paper, its file, the series. Announces nothing. Raises
    `NotFound`, `Forbidden`, `Conflict` (`shop_lacks`).
    """
    found = Order.objects.select_related("shop").filter(pk=order_id)
    order = found.select_for_update(no_key=True, of=("self",)).first()
    if order is None:
        return None
    in_scope(order.shop, actor, Verb.SERVE_ORDERS)
    return take_back(order, actor=actor, now=now)


def take_back(order: Order, *, actor: Actor, now: datetime) -> Paper | None:
    """Issue the credit note of a locked order, as `credit` says, whoever asks: what is due by it
    is not theirs to decide. Locks, writes, raises: as `credit`, but for its guard."""
    papers = papers_of(order)
    of = next((each for each in reversed(papers) if each.kind == PaperKind.INVOICE), None)
    if of is None:
        return None
    series = turn_of(of.shop)
    back, sums = given_back(invoiced(papers), stays_sold(order))
    if not back.cents:
        return None
    draft = Draft(
        order=order,
        kind=PaperKind.CREDIT,
        sale=back,
        sums=sums,
        terms=terms_of(order),
        buyer=buyer_of(order) if is_known(order) else buyer_in(bytes_of(of)),
        buyer_key=order.email_key or of.buyer_key,
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
    """Return the orders of which more stays invoiced than is in hand. One query."""
    return [key for (key,) in fetch(_PERHAPS_DUE, {"invoice": PaperKind.INVOICE.value})]
