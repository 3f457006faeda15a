"""The lines of the list of a shop's stock, each put together from its words."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from comptoir.core.words import in_words
from comptoir.shops.models import Shop
from comptoir.stock.assortment.request import MOST_LETTERS
from comptoir.stock.assortment.rows import Row
from comptoir.stock.models import Condition
from comptoir.stock.shelf.confidence import Confidence
from comptoir.ui.moulds import Mould
from comptoir.ui.templatetags.ui import number, price, seen

_LINE = Mould(
    "counter/stock_line.html",
    ("used", "to_confirm"),
    (
        *("address", "title", "byline", "house", "house_list", "number", "asked", "condition"),
        *("copy_words", "on_hand", "held", "till", "price", "value", "moved", "as_of"),
    ),
)


def drawn(rows: Sequence[Row], shop: Shop, *, is_asked: bool) -> SafeString:
    """Return the lines of a page on the shop's clock; `is_asked`: of titles that it has none of."""
    line = _Line(shop, is_asked=is_asked)
    return format_html_join("", "{}", ((line.of(row),) for row in rows))


class _Line:
    """What is the same of all lines of a page."""

    def __init__(self, shop: Shop, *, is_asked: bool) -> None:
        self._base = reverse("counter:stock", args=[shop.slug])
        self._is_asked = is_asked
        self._conditions = {each.value: str(each.label) for each in Condition} | {"": ""}
        zone = ZoneInfo(shop.time_zone)

        # Few moments and days are told on a page, and each takes as long to put in words as a line.
        @cache
        def told_at(moment: datetime | None) -> str:
            return seen(moment, shop.time_zone)

        @cache
        def told_day(day: date) -> str:
            return in_words(day, "SHORT_DATE_FORMAT")

        self._seen = told_at
        self._day = lambda moment: told_day(moment.astimezone(zone).date())

    def of(self, row: Row) -> SafeString:
        """Return one line."""
        product = row.product
        house = product.publisher
        return _LINE.fill(
            (row.is_used, row.confidence == Confidence.TO_CONFIRM),
            (
                f"{self._base}/{product.ref}",
                str(product),
                product.byline or None,
                house or None,
                f"{self._base}?publisher={quote(house[:MOST_LETTERS], safe='')}",
                product.number or None,
                self._asked(row),
                self._conditions[row.condition],
                row.copy.words if row.copy else None,
                number(row.on_hand),
                self._held(row),
                gettext("till %(n)s") % {"n": f"{row.correction:+d}"} if row.correction else None,
                price(row.price_cents) or None,
                price(row.value_cents) or None,
                self._day(row.moved_at) if row.moved_at else None,
                self._seen(row.as_of),
            ),
        )

    def _asked(self, row: Row) -> str | None:
        if not self._is_asked:
            return None
        return ngettext("%(n)s time", "%(n)s times", row.asked) % {"n": row.asked}

    def _held(self, row: Row) -> str | None:
        if not row.held:
            return None
        return ngettext("%(n)s held", "%(n)s held", row.held) % {"n": number(row.held)}
