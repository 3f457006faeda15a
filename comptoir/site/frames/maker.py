"""The page that makes the code of a frame, with a preview of it."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import named_products
from comptoir.networks.portal import site_address
from comptoir.site.frames.frame import numbers
from comptoir.site.machines.addresses import plain_only
from comptoir.site.near import place_in
from comptoir.ui.security import policy_of_pages

_FIELDS = ("ean", "title", "source", "source_ref")
ONE, EACH, MOST = 520, 84, 900
"""Heights in CSS pixels: of a frame of one title, of each title of a list, of the highest."""


@gzip_page
@require_safe
def maker(request: HttpRequest) -> HttpResponse:
    """Answer the form, and for titles that are known the code and its preview."""
    asked = numbers(request.GET.get("titres", ""))
    known = named_products(asked, _FIELDS)
    near = place_in(request)
    wanted = request.GET.get("dans", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else get_language() or ""
    context = {
        **plain_only(request),
        "titres": ", ".join(asked),
        "unknown": [word for word in asked if word not in known],
        "near": near,
        "langue": language,
        "languages": settings.LANGUAGES,
    }
    if known:
        titles = list(known.values())
        place = near.text if near.point else ""
        height = ONE if len(titles) == 1 else min(MOST, 240 + EACH * len(titles))
        source = _address(titles, place, language)
        code = _code(titles, source, height, language)
        context |= {"source": source, "height": height, **code}
    response = render(request, "site/frames/maker.html", context)
    response["Content-Security-Policy"] = f"{policy_of_pages()}; frame-src 'self'"
    return response


def _address(titles: list[Product], place: str, language: str) -> str:
    """Return the address of the frame, without its host."""
    asked = {"near": place} if place else {}
    if language != settings.LANGUAGE_CODE:
        asked["langue"] = language
    if len(titles) == 1:
        path = reverse("site:frame", args=[titles[0].ref])
    else:
        path = reverse("site:frame_titles")
        asked = {"titres": ",".join(each.ref for each in titles), **asked}
    return f"{path}?{urlencode(asked, safe=',')}" if asked else path


def _code(titles: list[Product], source: str, height: int, language: str) -> dict[str, SafeString]:
    """Return the markup of the frame and of the plain link, to be copied."""
    base = site_address()
    with override(language):
        called = _("Where to find it near you")
    whole = titles[0].title if len(titles) == 1 else ""
    leads = reverse("site:product", args=[titles[0].ref]) if whole else source
    frame = (
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"'
        ' style="border:0;max-width:40rem"></iframe>'
    )
    return {
        "code": format_html(frame, base + source, called, height),
        "link": format_html('<a href="{}">{}</a>', base + leads, called),
    }
