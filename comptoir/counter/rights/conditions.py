"""The screen “Conditions” of a shop: what it fills in, what is missing, what is published."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Faults
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page
from comptoir.terms.errors import no_such_maker
from comptoir.terms.facts import NAMES, OF_CONDITIONS, conditions_of, lacking
from comptoir.terms.makers import unknown_imprints
from comptoir.terms.models import Maker
from comptoir.terms.operations import (
    ConditionsSaid,
    MakerSaid,
    publish,
    remove_maker,
    write_conditions,
    write_maker,
)
from comptoir.terms.reads import in_force
from comptoir.withdrawals.operations import give_notices
from comptoir.withdrawals.reads import to_be_told


class ConditionsForm(PlainForm):
    """What a shop fills into its conditions."""

    director = forms.CharField(
        label=gettext_lazy("Who answers for what you publish"),
        help_text=gettext_lazy("A person’s name: it stands on your legal notice."),
        required=False,
    )
    mediator_name = forms.CharField(label=gettext_lazy("Name of the mediator"), required=False)
    mediator_address = forms.CharField(
        label=gettext_lazy("Address of the mediator"), required=False
    )
    mediator_site = forms.CharField(label=gettext_lazy("Site of the mediator"), required=False)
    return_address = forms.CharField(
        label=gettext_lazy("Where goods come back"),
        help_text=gettext_lazy("Empty: the address of your shop."),
        required=False,
    )
    pays_return = forms.BooleanField(
        label=gettext_lazy("We pay what sending back costs"), required=False
    )
    packaging_number = forms.CharField(
        label=gettext_lazy("Number of the packaging scheme (IDU)"),
        help_text=gettext_lazy("From ADEME, if you have one."),
        required=False,
    )
    claims_exemption = forms.BooleanField(
        label=gettext_lazy(
            "We are a micro-business: fewer than ten people, at most 2 million euros"
        ),
        help_text=gettext_lazy("The exemption from the duties of accessibility is then stated."),
        required=False,
    )
    own_words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("It stands at the end of your conditions, in both languages."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class MakerForm(PlainForm):
    """Who made what an imprint publishes."""

    imprint = forms.CharField(label=gettext_lazy("Publisher or label, as notices name it"))
    name = forms.CharField(label=gettext_lazy("Who made it"))
    address = forms.CharField(label=gettext_lazy("Postal address"))
    contact = forms.CharField(label=gettext_lazy("Mail address, or address of a form"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def conditions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what stands in the conditions; an owner writes it."""
    if request.method != "POST":
        return _screen(request, desk)
    form = ConditionsForm(request.POST)
    form.full_clean()
    try:
        values: dict[str, Any] = {name: form.cleaned_data.get(name) or "" for name in _TEXTS}
        values |= {name: bool(form.cleaned_data.get(name)) for name in _TICKS}
        said = ConditionsSaid(**values)
        write_conditions(shop=desk.shop, said=said, actor=desk.actor, now=timezone.now())
    except Faults as refusal:
        return _screen(request, desk, _with_faults(form, refusal))
    messages.success(request, _("Saved. Publish it to have orders made under it."))
    return redirect("counter:terms", desk.shop.slug)


@require_POST
@at_the_desk
def published(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Publish the conditions as they are filled in."""
    made = attempt(request, lambda: publish(shop=desk.shop, actor=desk.actor, now=timezone.now()))
    if made is not None:
        told = _("Published: version %(n)d. Orders are made under it from now on.")
        messages.success(request, told % {"n": made.number})
    return redirect("counter:terms", desk.shop.slug)


@require_POST
@at_the_desk
def told_later(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tell readers of their right to withdraw, who were not told as they ordered."""
    shop, actor = desk.shop, desk.actor
    told = attempt(request, lambda: give_notices(shop=shop, actor=actor, now=timezone.now()))
    if told is not None:
        n = ngettext("Told: the reader of %(n)d order.", "Told: the readers of %(n)d orders.", told)
        messages.success(request, n % {"n": told})
    return redirect("counter:terms", desk.shop.slug)


@require_POST
@at_the_desk
def maker(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Write who made what an imprint publishes."""
    form = MakerForm(request.POST)
    form.full_clean()
    said = MakerSaid(**{name: request.POST.get(name, "") for name in form.fields})
    try:
        write_maker(shop=desk.shop, said=said, actor=desk.actor, now=timezone.now())
    except Faults as refusal:
        return _screen(request, desk, makers=_with_faults(MakerForm(request.POST), refusal))
    messages.success(request, _("Saved: it stands before the order."))
    return redirect("counter:terms", desk.shop.slug)


@require_POST
@at_the_desk
def maker_removed(request: HttpRequest, desk: Desk, maker_id: int) -> HttpResponse:  # noqa: ARG001
    """Take back what was written of a maker."""
    if not Maker.objects.visible_to(desk.actor).filter(shop=desk.shop, pk=maker_id).exists():
        raise no_such_maker()
    remove_maker(shop=desk.shop, maker_id=maker_id, actor=desk.actor)
    return redirect("counter:terms", desk.shop.slug)


_TICKS = ("pays_return", "claims_exemption")
_TEXTS = tuple(name for name in ConditionsForm.base_fields if name not in _TICKS)


def _with_faults(form: PlainForm, refusal: Faults) -> PlainForm:
    for fault in refusal.faults:
        field = fault.data["field"]
        if field not in form.errors:
            form.add_error(field, str(fault))
    return form


def _screen(
    request: HttpRequest,
    desk: Desk,
    form: PlainForm | None = None,
    makers: PlainForm | None = None,
) -> HttpResponse:
    said, wanting = conditions_of(desk.shop), lacking(desk.shop)
    written = {name: getattr(said, name) for name in ConditionsForm.base_fields}
    elsewhere = [name for name in wanting if name not in OF_CONDITIONS]
    context: dict[str, Any] = {
        "form": form or ConditionsForm(initial=written),
        "maker_form": makers or MakerForm(),
        "lacks_here": [NAMES[name] for name in wanting if name in OF_CONDITIONS],
        "lacks_elsewhere": [NAMES[name] for name in elsewhere],
        "version": in_force(desk.shop),
        "makers": desk.shop.makers.all(),
        "unknown": unknown_imprints(desk.shop),
        "never_told": len(to_be_told(desk.shop, timezone.now())),
    }
    return page(request, desk, "terms", **context)
