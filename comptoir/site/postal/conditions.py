"""Conditions, legal notice and privacy page of a shop, as it published them: in force, one version,
or that of an order."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.core.errors import NotFound
from comptoir.networks.portal import portal
from comptoir.orders.errors import damaged_link
from comptoir.orders.reads import order_by_token
from comptoir.shops import memory
from comptoir.shops.models import Shop
from comptoir.site.machines.addresses import plain_only
from comptoir.site.orders import private
from comptoir.site.shops.shop import public_shop
from comptoir.terms.documents import Document
from comptoir.terms.models import TermsVersion
from comptoir.terms.reads import in_force, sections_of, terms_of, version_of


@require_safe
def conditions(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a shop's conditions."""
    return _shown(request, slug, Document.CONDITIONS, number)


@require_safe
def legal(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a shop's legal notice."""
    return _shown(request, slug, Document.LEGAL, number)


@require_safe
def privacy(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show what a shop does with personal data."""
    return _shown(request, slug, Document.PRIVACY, number)


@never_cache
@require_safe
def of_order(request: HttpRequest, token: str) -> HttpResponse:
    """Show the conditions under which an order was made, whatever became of its shop since."""
    try:
        order = order_by_token(token)
    except NotFound:
        raise damaged_link() from None
    version = terms_of(order)
    if version is None:
        return private(render(request, "site/no_terms.html", {"order": order, "shop": order.shop}))
    context = _context(order.shop, version, Document.CONDITIONS) | {"order": order}
    return private(render(request, "site/terms.html", context))


def _shown(request: HttpRequest, slug: str, document: Document, number: int | None) -> HttpResponse:
    shop = _told_shop(slug)
    context = _context(shop, version_of(shop, number), document)
    return render(request, "site/terms.html", plain_only(request) | context)


def _told_shop(slug: str) -> Shop:
    """Return a shop whose conditions may be read: one that the public sees, or one that is paused
    or has left, for those who bought there. Raises `Http404`."""
    try:
        return public_shop(slug)
    except Http404:
        found = Shop.objects.exclude(paused_at=None).filter(slug=slug).first()
        if found is None or ((site := portal()) and not memory.is_shown(found, site)):
            raise
        return found


def _context(shop: Shop, version: TermsVersion, document: Document) -> dict[str, Any]:
    newest = in_force(shop)
    titles = {
        Document.CONDITIONS: _("Conditions of sale"),
        Document.LEGAL: _("Legal notice"),
        Document.PRIVACY: _("Privacy"),
    }
    return {
        "shop": shop,
        "version": version,
        "is_old": newest is not None and newest.pk != version.pk,
        "title": titles[document],
        "sections": sections_of(version, document, get_language() or ""),
    }
