"""The shop's own settings at the counter: how it is reached, its hours, its copies, closures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.errors import Invalid
from comptoir.counter.forms import ClosureForm, ShopForm, shop_form
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import attempt, page
from comptoir.orders.operations import close_shop
from comptoir.shops.operations import remove_closure
from comptoir.stock.shelf.ledger import change_settings


@require_http_methods(["GET", "POST"])
@at_the_desk
def settings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the settings; a manager changes those that the form holds."""
    if request.method == "GET":
        return _settings(request, desk, shop_form(desk.shop), ClosureForm())
    form = ShopForm(request.POST)
    if form.is_valid():
        try:
            change_settings(shop=desk.shop, change=form.change, actor=desk.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("counter:settings", desk.shop.slug)
    return _settings(request, desk, form, ClosureForm())


@require_POST
@at_the_desk
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enter an exceptional closure; the deadlines it eats into move, and their readers are told."""
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _settings(request, desk, shop_form(desk.shop), form)
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


def _settings(
    request: HttpRequest, desk: Desk, policy: ShopForm, closure: ClosureForm
) -> HttpResponse:
    today = timezone.localdate()
    closures = desk.shop.closures.filter(last_day__gte=today).order_by("first_day")
    return page(
        request, desk, "settings", policy_form=policy, closure_form=closure, closures=closures
    )
