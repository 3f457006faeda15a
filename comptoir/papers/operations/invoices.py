"""An invoice is issued, at one click."""

from datetime import datetime

from django.db import transaction

from comptoir.accounts.actors import Actor
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import Order
from comptoir.papers.content import invoiced
from comptoir.papers.errors import not_paid_here, not_paid_yet, reader_erased
from comptoir.papers.invoices.sums import sums_of
from comptoir.papers.invoices.values import PaperKind
from comptoir.papers.models import Paper
from comptoir.papers.operations.credits import take_back
from comptoir.papers.operations.issuance import Draft, put_out
from comptoir.papers.operations.turns import turn_of
from comptoir.papers.reads import papers_of
from comptoir.papers.sold import as_sold, buyer_of, paid, stays_sold, terms_of, was_charged
from comptoir.shops.operations.scope import Verb, in_scope


@transaction.atomic
def issue(
    *, actor: Actor, now: datetime, token: str | None = None, order_id: int | None = None
) -> Paper:
    """Return the invoice of an order that was paid in advance, issued now unless it is already.

    It says what was sold, at the prices at which it was: what was given back or came back of it
    before is taken back by a credit note at once, with the next number. Once all of it was taken
    back by credit notes, an order that goes on gets another, of what stays. Whatever fails, nothing
    is issued and no number is used.

    Guard: the secret `token`, or `SERVE_ORDERS`. Locks: the order, then the shop's series and the
    numbers of its business. Writes: the papers, their files, the series. Announces nothing. Raises
    `NotFound`, `Forbidden`, `Conflict` (`not_paid_here`, `not_paid`, `reader_erased`, `shop_lacks`,
    which names the empty columns: `fields`).
    """
    order = _order(actor, token, order_id)
    if not was_charged(order):
        raise not_paid_here()
    series = turn_of(order.shop)
    papers = papers_of(order)
    if papers and invoiced(papers).cents:
        return [paper for paper in papers if paper.kind == PaperKind.INVOICE][-1]
    stays = stays_sold(order)
    if not stays.cents or paid(order) < stays.cents:
        raise not_paid_yet()
    if order.erased_at is not None:
        raise reader_erased()
    sale = as_sold(order, returned=not papers)
    draft = Draft(
        order=order,
        kind=PaperKind.INVOICE,
        sale=sale,
        sums=sums_of(sale),
        terms=terms_of(order),
        buyer=buyer_of(order),
        buyer_key=order.email_key,
    )
    made = put_out(draft, series, actor=actor, now=now)
    take_back(order, actor=actor, now=now)
    return made


def _order(actor: Actor, token: str | None, order_id: int | None) -> Order:
    by = {"token": token} if token is not None else {"pk": order_id}
    found = Order.objects.select_related("shop").filter(**by)
    order = found.select_for_update(no_key=True, of=("self",)).first()
    if order is None:
        raise no_such_order()
    if token is None:
        in_scope(order.shop, actor, Verb.SERVE_ORDERS)
    return order
