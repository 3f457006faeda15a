"""A till's own articles: staff say once, by its EAN, what each one is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import NotFound
from comptoir.counter.scan import read_scan
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page, with_names
from comptoir.stock.arrivals.articles import name_article, named_articles, unknown_articles
from comptoir.stock.formats import FORMATS

ARTICLES_SHOWN = 50


@require_http_methods(["GET", "POST"])
@at_the_desk
def articles(request: HttpRequest, desk: Desk, format: str) -> HttpResponse:
    """List the till's articles that nobody has named; name one by its EAN."""
    if format not in FORMATS:
        raise NotFound("bad_format", _("There are no files of this format."))
    if request.method == "POST":
        item = request.POST.get("item", "")
        ean = read_scan(request.POST.get("ean", "")[:40])
        named = attempt(
            request,
            lambda: name_article(
                shop=desk.shop, format=format, item=item, ean=ean, actor=desk.actor
            ),
        )
        if named is not None:
            messages.success(request, _("Noted: it counts from the next file on."))
        return redirect("counter:articles", desk.shop.slug, format)
    unknown = unknown_articles(desk.shop, format)
    return page(
        request,
        desk,
        "articles",
        format=FORMATS[format],
        items=unknown[:ARTICLES_SHOWN],
        count=unknown.count(),
        known=with_names(named_articles(desk.shop, format)[:ARTICLES_SHOWN]),
    )
