"""The receipt of a withdrawal, to read and to keep; and how the goods were sent back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.payments.reads.state import state_of
from comptoir.site.orders import private
from comptoir.site.withdrawals.declaration import order_of
from comptoir.terms.facts import facts_of
from comptoir.withdrawals.operations import note_sent_back
from comptoir.withdrawals.reads import due_of, withdrawal_of
from comptoir.withdrawals.receipt import as_pdf, as_text, receipt_of, told


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, token: str, withdrawal_id: int) -> HttpResponse:
    """Show a receipt, and where it stands; take how the goods were sent back."""
    order = order_of(token)
    if request.method == "POST":
        proof, now = request.POST.get("proof", ""), timezone.now()
        note_sent_back(token=token, withdrawal_id=withdrawal_id, proof=proof, now=now)
        messages.success(request, _("The shop has been told."))
        page = reverse("site:withdrawal_receipt", args=[token, withdrawal_id])
        return private(HttpResponseRedirect(page, status=303))
    made = withdrawal_of(order, withdrawal_id)
    state, facts = state_of(order), facts_of(order.shop)
    context = {
        "order": order,
        "shop": order.shop,
        "made": made,
        "rows": told(receipt_of(made)),
        "due": due_of(made),
        "to_send": made.left - made.unsent,
        "back_to": facts["return_address"],
        "shop_pays": facts["shop_pays"],
        "kept": [each for each in made.lines.all() if each.kept],
        "gone": state.gone,
        "sent_back": state.done,
    }
    return private(render(request, "site/withdrawals/receipt.html", context))


@never_cache
@require_safe
def pdf(request: HttpRequest, token: str, withdrawal_id: int) -> HttpResponse:  # noqa: ARG001
    """Give the receipt as PDF."""
    made = withdrawal_of(order_of(token), withdrawal_id)
    language = get_language() or "fr"
    file = as_pdf(receipt_of(made), language=language, made_at=made.confirmed_at)
    return _file(file, "application/pdf", f"retractation-{made.pk}.pdf")


@never_cache
@require_safe
def text(request: HttpRequest, token: str, withdrawal_id: int) -> HttpResponse:  # noqa: ARG001
    """Give the receipt as plain text."""
    made = withdrawal_of(order_of(token), withdrawal_id)
    shown = as_text(receipt_of(made)).encode()
    return _file(shown, "text/plain; charset=utf-8", f"retractation-{made.pk}.txt")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)
