"""The screen “Invoices” of a shop: what stands on them of the shop, those it issued, its sales."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Faults
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, page
from comptoir.papers.identity import (
    NAMES,
    identity_of,
    likely_prefix,
    likely_vat_number,
    missing,
)
from comptoir.papers.models import CountedBy, LegalIdentity
from comptoir.papers.operations import IdentitySaid, write_identity
from comptoir.papers.phrases import calendar_in_words
from comptoir.papers.reads import latest_papers

OF_PAGE = ("street", "postcode", "city")
"""What is written on the page of the shop, not here."""


class IdentityForm(PlainForm):
    """What law wants of a shop on its invoices."""

    name = forms.CharField(label=gettext_lazy("Name of the business"), required=False)
    form = forms.CharField(
        label=gettext_lazy("Legal form"),
        help_text=gettext_lazy("SARL, SAS, association, entrepreneur individuel…"),
        required=False,
    )
    capital = forms.CharField(
        label=gettext_lazy("Share capital"),
        help_text=gettext_lazy("As on your letters: 8 000 €. Empty if there is none."),
        required=False,
    )
    register = forms.CharField(
        label=gettext_lazy("Register and town"),
        help_text=gettext_lazy("RCS Bordeaux, for instance."),
        required=False,
    )
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"),
        help_text=gettext_lazy(
            "FR, two digits and the nine of the SIREN. Without one invoices can be made only by a"
            " business that charges no VAT: tick so."
        ),
        required=False,
    )
    without_vat = forms.BooleanField(
        label=gettext_lazy("We charge no VAT (CGI, article 293 B)"),
        help_text=gettext_lazy(
            "From now on baskets are reckoned without VAT, and invoices say why. What was sold"
            " before stays as it was."
        ),
        required=False,
    )
    prefix = forms.CharField(  # type: ignore[assignment]
        label=gettext_lazy("Numbers begin with"),
        help_text=gettext_lazy("So that no number of your till’s is one of them."),
        required=False,
    )
    counted_by = forms.ChoiceField(
        label=gettext_lazy("Sales count on the day"),
        choices=[
            (CountedBy.PAID.value, gettext_lazy("on which they were paid")),
            (CountedBy.SENT.value, gettext_lazy("on which they were sent")),
        ],
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def invoices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what stands on invoices and which were issued; an owner writes the first."""
    if request.method != "POST":
        return _screen(request, desk, IdentityForm(initial=_written(desk)))
    form = IdentityForm(request.POST)
    form.full_clean()
    try:
        said = IdentitySaid(**{name: form.cleaned_data.get(name, "") for name in form.fields})
        write_identity(shop=desk.shop, said=said, actor=desk.actor, now=timezone.now())
    except Faults as refusal:
        for fault in refusal.faults:
            form.add_error(fault.data["field"], str(fault))
        return _screen(request, desk, form)
    messages.success(request, _("Saved: it stands on the invoices from now on."))
    return redirect("counter:invoices", desk.shop.slug)


def _screen(request: HttpRequest, desk: Desk, form: IdentityForm) -> HttpResponse:
    identity = identity_of(desk.shop)
    wanting = missing(desk.shop, identity, vat=not (identity and identity.without_vat))
    first, last = _last_month(timezone.localdate(timezone=ZoneInfo(desk.shop.time_zone)))
    context: dict[str, Any] = {
        "form": form,
        "identity": identity,
        "lacks_siret": "siret" in wanting,
        "lacks_page": [NAMES[name] for name in wanting if name in OF_PAGE],
        "lacks_here": [NAMES[name] for name in wanting if name not in (*OF_PAGE, "siret")],
        "papers": latest_papers(desk.shop, actor=desk.actor),
        "first": first,
        "last": last,
        "calendar": calendar_in_words(),
    }
    return page(request, desk, "invoices", **context)


def _written(desk: Desk) -> dict[str, Any]:
    found = identity_of(desk.shop) or LegalIdentity(
        shop=desk.shop,
        name=desk.shop.name,
        vat_number=likely_vat_number(desk.shop),
        prefix=likely_prefix(desk.shop),
    )
    return {name: getattr(found, name) for name in IdentityForm.base_fields}


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
