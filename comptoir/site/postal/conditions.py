"""Conditions, legal notice and privacy page of a shop, as it published them: in force, or one
version."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comptoir.core.errors import NotFound
from comptoir.site.machines.addresses import plain_only
from comptoir.site.shops.shop import public_shop
from comptoir.terms.documents import LANGUAGES, Document
from comptoir.terms.models import TermsVersion
from comptoir.terms.reads import in_force, version_of


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


def _shown(request: HttpRequest, slug: str, document: Document, number: int | None) -> HttpResponse:
    shop = public_shop(slug)
    version = version_of(shop, number)
    newest = in_force(shop)
    titles = {
        Document.CONDITIONS: _("Conditions of sale"),
        Document.LEGAL: _("Legal notice"),
        Document.PRIVACY: _("Privacy"),
    }
    context = {
        **plain_only(request),
        "shop": shop,
        "version": version,
        "is_old": newest is not None and newest.pk != version.pk,
        "title": titles[document],
        "sections": sections_of(version, document),
    }
    return render(request, "site/terms.html", context)


def sections_of(version: TermsVersion, document: Document) -> list[dict[str, object]]:
    """Return the sections of a version in the language of the page. Raises `NotFound`."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    texts = version.texts.get(language if language in LANGUAGES else LANGUAGES[0], {})
    if not texts.get(document.value):
        raise NotFound("no_such_terms", _("This shop has published no such conditions."))
    found: list[dict[str, object]] = texts[document.value]
    return found
