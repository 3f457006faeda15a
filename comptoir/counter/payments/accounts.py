"""The screen “Payments” of a shop: by what it is paid, and what differs from a provider's list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import DomainError, Invalid
from comptoir.core.exits.voice import Quiet
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.payments.errors import NoKey, Silent, no_such_account
from comptoir.payments.kinds import Late, ProviderName
from comptoir.payments.models import Account
from comptoir.payments.operations import (
    AccountSaid,
    close_account,
    try_account,
    write_account,
)
from comptoir.payments.reads.screens import comparisons_of, owed_back, readable
from comptoir.payments.reads.ways import offers_trial

FIELDS = {
    ProviderName.STRIPE: ("key", "signing"),
    ProviderName.MOLLIE: ("key",),
    ProviderName.TRANSFER: ("iban", "bic", "holder"),
}
_SHOWN_AGAIN = ("iban", "bic", "holder")


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def payments(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the accounts; write one. Secrets that were written are never shown again."""
    if request.method != "POST":
        return _screen(request, desk)
    try:
        said = _said(request)
        write_account(shop=desk.shop, said=said, actor=desk.actor)
    except Invalid as refusal:
        return _screen(request, desk, refusal)
    messages.success(request, _("Saved. Try it with the button beside it."))
    return redirect("counter:payments", desk.shop.slug)


@require_POST
@at_the_desk
def tried(request: HttpRequest, desk: Desk, account_id: int) -> HttpResponse:
    """Ask the provider whether the account is good."""
    _own(desk, account_id)
    now = timezone.now()
    try:
        name = attempt(
            request,
            lambda: try_account(shop=desk.shop, account_id=account_id, actor=desk.actor, now=now),
        )
    except (Silent, Quiet) as refusal:
        messages.warning(request, str(refusal))
    else:
        if name is not None:
            messages.success(request, _("The provider answers: the account is good.") + f" {name}")
    return redirect("counter:payments", desk.shop.slug)


@require_POST
@at_the_desk
def closed(request: HttpRequest, desk: Desk, account_id: int) -> HttpResponse:
    """Take no more money by an account."""
    _own(desk, account_id)
    attempt(request, lambda: close_account(shop=desk.shop, account_id=account_id, actor=desk.actor))
    return redirect("counter:payments", desk.shop.slug)


def _own(desk: Desk, account_id: int) -> Account:
    found = Account.objects.visible_to(desk.actor).filter(shop=desk.shop, pk=account_id).first()
    if found is None:
        raise no_such_account()
    return found


def _said(request: HttpRequest) -> AccountSaid:
    """Read a form. Raises `Invalid` (`bad_provider`, `bad_days`, `bad_late`)."""
    form = request.POST
    name, late, days = form.get("provider", ""), form.get("late", ""), form.get("days", "7")
    if name not in FIELDS or late not in Late.values:
        told = _("Choose who moves the money, and what becomes of money that comes too late.")
        raise Invalid("bad_provider", told, field="provider")
    provider = ProviderName(name)
    return AccountSaid(
        provider=provider,
        late=Late(late),
        days=int(days) if days.isdecimal() and len(days) < 4 else 0,
        slow="slow" in form,
        secrets={each: form.get(each, "")[:300] for each in FIELDS[provider]},
    )


def _screen(request: HttpRequest, desk: Desk, refusal: DomainError | None = None) -> HttpResponse:
    accounts = list(desk.shop.payment_accounts.open().order_by("provider"))
    known = {ProviderName(each.provider): each for each in accounts}
    typed = request.POST if refusal else {}
    forms = [
        {
            "provider": provider,
            "account": known.get(provider),
            "fields": _fields(provider, typed),
            "open": typed.get("provider") == provider,
        }
        for provider in FIELDS
    ]
    context: dict[str, Any] = {
        "forms": forms,
        "late": Late.choices,
        "refusal": refusal,
        "wrong": refusal.data.get("field") if refusal else "",
        "trial": offers_trial(desk.shop),
        "locked": [each for each in accounts if not readable(each)],
        "comparisons": comparisons_of(desk.shop),
        "owed_back": owed_back(desk.shop, timezone.now()),
        "missing": str(NoKey()),
    }
    return page(request, desk, "payments", **context)


def _fields(provider: ProviderName, typed: Any) -> list[dict[str, str]]:  # noqa: ANN401
    """Return what is asked for an account; what is no secret is shown again as it was typed."""
    labels = {
        "key": _("Secret key") if provider == ProviderName.STRIPE else _("API key"),
        "signing": _("Signing secret of the endpoint"),
        "iban": "IBAN",
        "bic": _("BIC (may stay empty)"),
        "holder": _("Whose account it is"),
    }
    mine = typed.get("provider") == provider
    return [
        {
            "name": name,
            "label": labels[name],
            "kind": "text" if name in _SHOWN_AGAIN else "password",
            "value": typed.get(name, "") if mine and name in _SHOWN_AGAIN else "",
        }
        for name in FIELDS[provider]
    ]
