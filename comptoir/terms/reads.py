"""Reads of conditions: the version in force, others, that of an order."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Max

from comptoir.core.db import fetch
from comptoir.orders.models import Order
from comptoir.shops.models import Shop
from comptoir.terms import law
from comptoir.terms.documents import LANGUAGES, Document
from comptoir.terms.errors import no_such_terms
from comptoir.terms.facts import lacking
from comptoir.terms.models import OrderTerms, TermsVersion

_UNLAWFUL = """
SELECT DISTINCT t.shop_id FROM quotes_tariff t
WHERE t.shop_id = ANY(%s) AND t.since <= CURRENT_DATE
  AND EXISTS (SELECT FROM quotes_band b WHERE b.tariff_id = t.id)
  AND NOT EXISTS (SELECT FROM quotes_tariff n
                  WHERE n.shop_id = t.shop_id AND n.since > t.since AND n.since <= CURRENT_DATE)
  AND NOT EXISTS (SELECT FROM terms_termsversion v WHERE v.shop_id = t.shop_id)
"""


def in_force(shop: Shop) -> TermsVersion | None:
    """Return the version that a shop has published last, if it has one."""
    return TermsVersion.objects.filter(shop=shop).order_by("-number").first()


def numbers_in_force() -> dict[int, int]:
    """Return the number of the version in force of each shop that has published any, by the keys of
    shops. One query."""
    newest = TermsVersion.objects.order_by().values_list("shop_id").annotate(Max("number"))
    return dict(newest)


def version_of(shop: Shop, number: int | None = None) -> TermsVersion:
    """Return a version of a shop by its number, without one that in force. Raises `NotFound`
    (`no_such_terms`)."""
    found = TermsVersion.objects.filter(shop=shop, number=number).first() if number else None
    found = found if number else in_force(shop)
    if found is None:
        raise no_such_terms()
    return found


def sections_of(
    version: TermsVersion, document: Document, language: str
) -> list[dict[str, object]]:
    """Return the sections of a version in a language that is told by its code, or else in French.
    Raises `NotFound` (`no_such_terms`)."""
    known = language[:2] if language[:2] in LANGUAGES else LANGUAGES[0]
    found: list[dict[str, object]] = version.texts.get(known, {}).get(document.value, [])
    if not found:
        raise no_such_terms()
    return found


def terms_of(order: Order) -> TermsVersion | None:
    """Return the version under which an order was made; None: under none."""
    named = OrderTerms.objects.filter(order=order).select_related("version").first()
    return named.version if named else None


def numbers_of(orders: Iterable[Order]) -> dict[int, int]:
    """Return the number of the version under which each of these orders was made, by the keys of
    those that name one. One query; none where no order was charged beforehand."""
    charged = [order.pk for order in orders if hasattr(order, "postage")]
    named = OrderTerms.objects.filter(order__in=charged)
    return dict(named.values_list("order_id", "version__number")) if charged else {}


def posts_without_terms(shops: Collection[int]) -> set[int]:
    """Return which of these shops post, by a table of prices from before conditions were asked for,
    and have published none, whatever those of others may lack by now. One query."""
    return {key for (key,) in fetch(_UNLAWFUL, [list(shops)])}


def may_post(shop: Shop) -> bool:
    """Whether a shop may begin to post: its conditions are published, and lack nothing that law
    asks for by now."""
    return in_force(shop) is not None and not lacking(shop)


def shows_notice(day: date) -> bool:
    """Whether the notice on the legal guarantee stands before the order on a day."""
    return law.holds("guarantee_notice", day)
