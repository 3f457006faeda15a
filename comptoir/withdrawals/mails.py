"""What the mails about withdrawals show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from comptoir.core.words import day_and_time, spaced_code
from comptoir.networks.portal import shown_as
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.orders.mails import address, portal_of
from comptoir.orders.models import Order
from comptoir.terms.documents import Document
from comptoir.terms.facts import facts_of
from comptoir.terms.reads import sections_of
from comptoir.withdrawals.models import LaterNotice, Withdrawal
from comptoir.withdrawals.operations.news import KEPT, LINK, NOTICE, RECEIPT, TO_SHOP
from comptoir.withdrawals.reads import due_of, period
from comptoir.withdrawals.receipt import receipt_of, told


def prepare() -> None:
    """Register the builders of the mails of this package."""
    register(LINK, link)
    register(RECEIPT, receipt)
    register(KEPT, receipt)
    register(TO_SHOP, to_shop)
    register(NOTICE, notice)


def link(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail with a link shows. Raises `NoLongerTrue` once the order is erased."""
    order = Order.objects.select_related("shop").filter(pk=named["order"], erased_at=None).first()
    if order is None:
        raise NoLongerTrue
    with shown_as(portal_of(order)) as site:
        url = address("site:withdrawal_link", named["link"])
    return {"shop": order.shop, "code": spaced_code(order.code), "url": url, "portal": site}


def notice(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the later notice of the right to withdraw shows: until when, and the conditions
    whole, to keep. Raises `NoLongerTrue` once the order is erased."""
    given = LaterNotice.objects.select_related("order__shop", "version")
    row = given.filter(order=named["order"], order__erased_at=None).first()
    if row is None:
        raise NoLongerTrue
    with shown_as(portal_of(row.order)) as site:
        url = address("site:withdrawal", row.order.token)
    return {
        "shop": row.order.shop,
        "code": spaced_code(row.order.code),
        "last_day": period(row.order).last_day,
        "sections": sections_of(row.version, Document.CONDITIONS, get_language() or ""),
        "url": url,
        "portal": site,
    }


def receipt(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the receipt shows, and the mail that the shop keeps copies of a `line` out."""
    made = _read(named)
    order = made.order
    gone = next((each.line for each in made.lines.all() if each.line_id == named.get("line")), None)
    with shown_as(portal_of(order)) as site:
        url = address("site:order", order.token) + f"/retractation/{made.pk}"
        terms_url = address("site:order_terms", order.token)
    facts = facts_of(order.shop)
    return {
        "shop": order.shop,
        "rows": told(receipt_of(made)),
        "done": made.ended_at is not None,
        "unsent": made.unsent,
        "to_send": made.left - made.unsent,
        "back_to": facts["return_address"],
        "shop_pays": bool(facts["shop_pays"]),
        "title": gone.title if gone else "",
        "name": order.name,
        "code": spaced_code(order.code),
        "url": url,
        "terms_url": terms_url,
        "portal": site,
    }


def to_shop(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail to a shop shows: what a reader withdrew from, and until when it pays
    back."""
    made = _read(named)
    shop, zone = made.order.shop, ZoneInfo(made.order.shop.time_zone)
    return {
        "shop": shop,
        "code": spaced_code(made.order.code),
        "lines": [(each.quantity, each.line.title) for each in made.lines.all()],
        "due": day_and_time(due_of(made), zone),
        "done": made.ended_at is not None,
        "unsent": made.unsent,
        "to_come": made.left - made.unsent,
        "reminds": made.reminded_at is not None,
        "sent": bool(made.proof),
        "url": settings.BASE_URL + reverse("counter:withdrawals", args=[shop.slug]),
    }


def _read(named: Mapping[str, Any]) -> Withdrawal:
    known = Withdrawal.objects.select_related("order__shop").prefetch_related("lines__line")
    made = known.filter(pk=named["withdrawal"], order__erased_at=None).first()
    if made is None:
        raise NoLongerTrue
    return made
