"""A poster for a shop's window: its name, and the code that leads to its page."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comptoir.core.limits import Limit, client_network, count_read
from comptoir.networks.colours import rgb
from comptoir.networks.portal import portal, site_address
from comptoir.shops.models import Shop, ShopKind
from comptoir.site.shops.shop import public_shop
from comptoir.ui.answers import tagged
from comptoir.ui.words import spaced_phone

LIMIT = Limit("poster", 20)
TOP, SIDE, FOOT = 108, 112, 254
"""Where the code begins, how wide it is, and where the foot begins, in millimetres."""


@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the poster of a shop as a PDF of one page, to print or to send to a printer."""
    shop = public_shop(slug)
    count_read(LIMIT, client_network(request).address)
    language = get_language() or settings.LANGUAGE_CODE
    today = timezone.localtime(timezone=ZoneInfo(shop.time_zone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    made = draw(shop, language, today)
    response = HttpResponse(made, "application/pdf")
    response["Content-Disposition"] = f'inline; filename="{shop.slug}.pdf"'
    response["Cache-Control"] = "private, max-age=300"
    return tagged(request, response)


def draw(shop: Shop, language: str, made_at: datetime) -> bytes:
    """Return the poster of a shop, one page of A4, in the language of the thread; of a portal, in
    its colour and with its address."""
    from comptoir.core.pdf.paper import BORDEAUX, INK, SOFT, Paper

    address = site_address() + reverse("site:shop", args=[shop.slug])
    shown = portal()
    brand = shown.brand if shown else None
    paper = Paper(title=f"{shop.name} – {shop.city}", language=language, made_at=made_at)
    paper.add_page()
    paper.set_y(30)
    paper.set_text_color(*SOFT)
    paper.write_centred(f"{shop.get_kind_display()} · {shop.city}", family="sans", size=17)
    paper.ln(3)
    paper.set_text_color(*(rgb(brand.accent) if brand and brand.accent else BORDEAUX))
    paper.write_centred(shop.name, family="serif", style="B", size=54, lines=3, least=20)
    paper.ln(5)
    paper.set_text_color(*INK)
    paper.write_centred(_asks(shop), family="serif", size=26, lines=1)
    top = max(paper.get_y() + 2, TOP)
    paper.draw_qr(address, side=SIDE, top=top)
    paper.set_y(top + SIDE)
    scan = _("Scan it: reserve without an account, collect it here.")
    paper.write_centred(scan, family="sans", style="B", size=19, lines=2)
    paper.set_y(FOOT)
    paper.set_text_color(*SOFT)
    paper.write_centred(address.partition("://")[2], family="sans", size=15, lines=2, least=9)
    paper.ln(1.5)
    paper.write_centred(_where(shop), family="sans", size=14, lines=2, least=9)
    return paper.made()


def _asks(shop: Shop) -> str:
    if shop.kind == ShopKind.RECORDS:
        return _("Which records are on our shelves now?")
    if shop.kind == ShopKind.BOTH:
        return _("Which books and records are on our shelves now?")
    return _("Which books are on our shelves now?")


def _where(shop: Shop) -> str:
    parts = [shop.street, f"{shop.postcode} {shop.city}", spaced_phone(shop.phone)]
    return " · ".join(part for part in parts if part.strip())
