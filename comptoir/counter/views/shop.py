"""The shop's own settings at the counter: closures, how long copies are kept, the safety stock."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import attempt, page
from comptoir.orders.operations import close_shop
from comptoir.shops.limits import LIMITS
from comptoir.shops.models import RingsUp
from comptoir.shops.operations import SettingsChange, remove_closure
from comptoir.stock.policy import change_settings

FIELDS = ("hold_days", "safety_stock", "rings_up")


class PlainForm(forms.Form):
    """A form whose labels stand alone on their line: no colon ends them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class PolicyForm(PlainForm):
    """How a shop keeps and counts its copies."""

    hold_days = forms.IntegerField(
        label=gettext_lazy("Copies are kept (opening days)"),
        min_value=LIMITS["hold_days"][0],
        max_value=LIMITS["hold_days"][1],
    )
    safety_stock = forms.IntegerField(
        label=gettext_lazy("Copies of each title never promised"),
        help_text=gettext_lazy("0 to promise everything that is on the shelf."),
        min_value=LIMITS["safety_stock"][0],
        max_value=LIMITS["safety_stock"][1],
    )
    rings_up = forms.ChoiceField(
        label=gettext_lazy("A collected copy is rung up on your till"), choices=RingsUp.choices
    )


class ClosureForm(PlainForm):
    """Days on which the shop is exceptionally shut."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120, required=False)


@require_http_methods(["GET", "POST"])
@at_the_desk
def settings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the settings; a manager changes them."""
    if request.method == "POST":
        form = PolicyForm(request.POST)
        if form.is_valid():
            change = SettingsChange(**form.cleaned_data)
            verb = partial(change_settings, shop=desk.shop, change=change, actor=desk.actor)
            if attempt(request, verb) is not None:
                messages.success(request, _("Saved."))
            return redirect("counter:settings", desk.shop.slug)
        return _settings(request, desk, form, ClosureForm())
    return _settings(request, desk, _policy_form(desk), ClosureForm())


@require_POST
@at_the_desk
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter an exceptional closure; the deadlines it eats into move, and their readers are told."""
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _settings(request, desk, _policy_form(desk), form)
    values = form.cleaned_data
    done = attempt(request, lambda: close_shop(shop_id=desk.shop.pk, actor=desk.actor, **values))
    if done is not None:
        moved = done[1]
        told = ngettext(
            "Closure entered: %(n)s deadline moved.",
            "Closure entered: %(n)s deadlines moved.",
            moved,
        )
        messages.success(request, told % {"n": moved})
    return redirect("counter:settings", desk.shop.slug)


@require_POST
@at_the_desk
def reopen(request: HttpRequest, desk: Desk, closure_id: int) -> HttpResponse:
    """Take a closure back."""
    remove_closure(shop=desk.shop, closure_id=closure_id, actor=desk.actor)
    messages.success(request, _("The closure is taken back; deadlines already moved stay."))
    return redirect("counter:settings", desk.shop.slug)


def _policy_form(desk: Desk) -> PolicyForm:
    return PolicyForm(initial={name: getattr(desk.shop, name) for name in FIELDS})


def _settings(
    request: HttpRequest, desk: Desk, policy: PolicyForm, closure: ClosureForm
) -> HttpResponse:
    today = timezone.localdate()
    closures = desk.shop.closures.filter(last_day__gte=today).order_by("first_day")
    return page(
        request, desk, "settings", policy_form=policy, closure_form=closure, closures=closures
    )
