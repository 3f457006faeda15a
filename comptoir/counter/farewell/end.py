"""The end of a shop, by its owner's word; and that it stays after all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.archives.operations import farewells
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt


@require_POST
@at_the_desk
def end(request: HttpRequest, desk: Desk) -> HttpResponse:
    """End the shop, where its name was typed."""
    typed = request.POST.get("typed", "")[:200]
    if attempt(
        request, lambda: farewells.say_farewell(shop=desk.shop, typed=typed, actor=desk.actor)
    ):
        messages.success(request, _("The public does not see the shop any more."))
    return redirect("counter:farewell", desk.shop.slug)


@require_POST
@at_the_desk
def stay(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop again."""
    if attempt(request, lambda: farewells.take_back(shop=desk.shop, actor=desk.actor)):
        messages.success(request, _("The shop stays: the public sees it again."))
    return redirect("counter:farewell", desk.shop.slug)
