"""“Withdraw from the contract here”, from every page: whoever has no page of their order at hand
asks for a link to it. The answer is the same whether there is such an order or not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Conflict, NotFound
from comptoir.core.limits import client_network
from comptoir.site.orders import private
from comptoir.site.withdrawals.declaration import answer
from comptoir.withdrawals.operations import ask_link, digits_of, read_link


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """Show the form, or say that a link is on its way."""
    typed = {name: request.POST.get(name, "")[:254].strip() for name in ("code", "email")}
    context: dict[str, object] = {**typed, "errors": {}}
    if request.method != "POST" or request.POST.get("website"):
        return private(render(request, "site/withdrawals/entry.html", context))
    errors = {}
    if not digits_of(typed["code"]):
        errors["code"] = _("Write the number of the order: eight digits, in each of its mails.")
    if "@" not in typed["email"]:
        errors["email"] = _("Write the mail address of the order.")
    if errors:
        context["errors"] = errors
        return private(render(request, "site/withdrawals/entry.html", context, status=400))
    ask_link(**typed, network=client_network(request), now=timezone.now())
    return private(render(request, "site/withdrawals/asked.html", typed))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, withdrawal_link: str) -> HttpResponse:
    """Show what may be withdrawn from, by the link of a mail: what is confirmed there was declared
    when the link was asked for."""
    try:
        order, asked_at = read_link(withdrawal_link)
    except (Conflict, NotFound):
        context = {"code": "", "email": "", "errors": {}, "over": True}
        return private(render(request, "site/withdrawals/entry.html", context, status=410))
    return answer(request, order, asked_at=asked_at)
