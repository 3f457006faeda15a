"""The shop's own settings at the counter: closures, how long copies are kept, the safety stock."""

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
from comptoir.orders.deadlines import close_shop
from comptoir.shops.models import RingsUp
from comptoir.stock.policy import LONGEST_HOLD_DAYS, MOST_SAFETY_STOCK, change_policy


class PolicyForm(forms.Form):
    """How a shop keeps and counts its copies."""

    hold_days = forms.IntegerField(
        label=gettext_lazy("Copies are kept (opening days)"),
        min_value=1,
        max_value=LONGEST_HOLD_DAYS,
    )
    safety_stock = forms.IntegerField(
        label=gettext_lazy("Copies of each title never promised"),
        help_text=gettext_lazy("0 to promise everything that is on the shelf."),
        min_value=0,
        max_value=MOST_SAFETY_STOCK,
    )
    rings_up = forms.ChoiceField(
        label=gettext_lazy("A collected copy is rung up on your till"), choices=RingsUp.choices
    )


class ClosureForm(forms.Form):
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
    shop = desk.shop
    fields = {"hold_days", "safety_stock", "rings_up"}
    form = PolicyForm(initial={name: getattr(shop, name) for name in fields})
    if request.method == "POST":
        form = PolicyForm(request.POST)
        if form.is_valid():
            values = form.cleaned_data
            attempt(request, lambda: change_policy(shop=shop, actor=desk.actor, **values))
            messages.success(request, _("Saved."))
            return redirect("counter:settings", shop.slug)
    return _settings(request, desk, form, ClosureForm())


@require_POST
@at_the_desk
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter an exceptional closure; the deadlines it eats into move, and their readers are told."""
    form = ClosureForm(request.POST)
    if not form.is_valid():
        shop = desk.shop
        policy = PolicyForm(initial={n: getattr(shop, n) for n in PolicyForm.base_fields})
        return _settings(request, desk, policy, form)
    values = form.cleaned_data
    done = attempt(request, lambda: close_shop(shop_id=desk.shop.pk, actor=desk.actor, **values))
    if done is not None:
        moved = done[1]
        told = ngettext(
            "Closure entered: %(n)s deadline moved.", "Closure entered: %(n)s deadlines moved.", moved
        )
        messages.success(request, told % {"n": moved})
    return redirect("counter:settings", desk.shop.slug)


def _settings(
    request: HttpRequest, desk: Desk, policy: PolicyForm, closure: ClosureForm
) -> HttpResponse:
    today = timezone.localdate()
    closures = desk.shop.closures.filter(last_day__gte=today).order_by("first_day")
    return page(
        request, desk, "settings", policy_form=policy, closure_form=closure, closures=closures
    )
