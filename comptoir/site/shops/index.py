"""The pages of the directory that one finds by a search engine, and the one that names them all."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.site.machines.addresses import plain_only
from comptoir.site.near import read_near
from comptoir.site.shops.directory import answer
from comptoir.site.shops.places import all_pages, page_at
from comptoir.site.shops.query import read


@gzip_page
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Answer the departments and the towns that have a page."""
    known = all_pages()
    departments = [(spot, known.towns(spot.code)) for spot in known.departments]
    return render(request, "site/places.html", {"departments": departments, **plain_only(request)})


@gzip_page
@require_safe
def place(request: HttpRequest, place: str, kind: str = "", thing: str = "") -> HttpResponse:
    """Answer the shops of a place, of a kind there, or those of them that have one thing. Where too
    few have it to make a page, the address leads to the filter of the directory."""
    page = page_at(place, kind, thing)
    if page is None:
        raise Http404
    if not page.count:
        return redirect(page.filter_address)
    given = QueryDict(mutable=True)
    for name, value in page.parameters:
        given.appendlist(name, value)
    now = timezone.now()
    return answer(request, read(given, read_near(request), now=now), now, page=page)
