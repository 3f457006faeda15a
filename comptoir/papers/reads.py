"""Reads of papers: those of a shop and of an order, their bytes, and what a shop reports."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid
from comptoir.orders.models import Order
from comptoir.papers.errors import no_such_paper
from comptoir.papers.identity import identity_of
from comptoir.papers.models import CountedBy, Paper, PaperFile
from comptoir.papers.movements import movements
from comptoir.papers.sales import SalesRow, sales_rows
from comptoir.papers.sold import paid, was_charged
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

LATEST = 50
LONGEST = timedelta(days=366)


def papers_of(order: Order) -> list[Paper]:
    """Return the papers of an order as they were issued: by their numbers, but where its shop has
    become part of another meanwhile."""
    return list(order.papers.select_related("shop").order_by("pk"))


def may_have_invoice(order: Order) -> bool:
    """Whether an order has an invoice or may get one: it is paid in advance, and money came."""
    return was_charged(order) and (paid(order) > 0 or order.papers.exists())


def latest_papers(shop: Shop, *, actor: Actor) -> list[Paper]:
    """Return the newest papers of a shop, with their orders, newest first."""
    found = Paper.objects.visible_to(actor).filter(shop=shop).select_related("order")
    return list(found.order_by("-serial")[:LATEST])


def paper_of(shop: Shop, serial: int, *, actor: Actor) -> Paper:
    """Return a paper of a shop by its place in the series. Raises `NotFound` (`no_such_paper`)."""
    found = Paper.objects.visible_to(actor).filter(shop=shop, serial=serial).first()
    if found is None:
        raise no_such_paper(str(serial))
    return found


def paper_by_number(order: Order, number: str) -> Paper:
    """Return a paper of an order by its number. Raises `NotFound` (`no_such_paper`)."""
    found = order.papers.filter(number=number).first()
    if found is None:
        raise no_such_paper(number[:20])
    return found


def bytes_of(paper: Paper) -> bytes:
    """Return the file of a paper, as it was issued."""
    return bytes(PaperFile.objects.get(pk=paper.file_id).pdf)


def reported(
    shop: Shop, first: date, last: date, *, actor: Actor, by: CountedBy | None = None
) -> list[SalesRow]:
    """Return a shop's sales that were paid in advance, from one day to another, both included, by
    the day that it chose unless another is named.

    Guard: `EXPORT_SHOP`. Raises `NotFound`, `Forbidden`, `Invalid` (`bad_days`).
    """
    shop = in_scope(shop, actor, Verb.EXPORT_SHOP)
    if not timedelta(0) <= last - first <= LONGEST:
        told = _("Name a first and a last day, at most a year apart.")
        raise Invalid("bad_days", told, field="last")
    if by is None:
        identity = identity_of(shop)
        by = CountedBy(identity.counted_by) if identity else CountedBy.PAID
    return sales_rows(movements(shop, first, last, by=by))
