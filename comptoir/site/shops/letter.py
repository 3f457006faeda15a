"""Writing to a shop: a form that shows no address."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Faults
from comptoir.core.limits import TooMany, client_address
from comptoir.shops.models import Shop
from comptoir.shops.operations.letters import LONGEST, Letter, write_letter
from comptoir.site.shops.shop import public_shop

FIELDS = ("name", "email", "text")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or send what was written."""
    shop = public_shop(slug)
    if not shop.email:
        raise Http404
    if request.method != "POST":
        return _form(request, shop, dict.fromkeys(FIELDS, ""))
    typed = {name: request.POST.get(name, "")[: 2 * LONGEST] for name in FIELDS}
    # A field that people do not see: what fills it is no person.
    if not request.POST.get("website"):
        given = Letter(**typed, language=get_language() or "fr", address=client_address(request))
        try:
            write_letter(shop=shop, letter=given)
        except Faults as wrong:
            errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
            return _form(request, shop, typed, 400, errors=errors)
        except TooMany as refusal:
            response = _form(request, shop, typed, 429, refusal=str(refusal.message))
            response["Retry-After"] = str(refusal.data["retry_after"])
            return response
    messages.success(request, _("Your letter is on its way to the shop."))
    return HttpResponseRedirect(reverse("site:shop", args=[shop.slug]), status=303)


def _form(
    request: HttpRequest,
    shop: Shop,
    typed: dict[str, str],
    status: int = 200,
    **said: Any,  # noqa: ANN401
) -> HttpResponse:
    context = {"shop": shop, "typed": typed, "longest": LONGEST, **said}
    return render(request, "site/letter.html", context, status=status)
