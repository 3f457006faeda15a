"""Words on titles: a bookseller writes one from the title's page, and sees all of the shop's."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.accounts.models import User
from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Conflict, Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page, with_names
from comptoir.events.models import LONGEST_NAME, LONGEST_PICK, SHOWN_STATES, Pick
from comptoir.events.operations import move_pick, put_first, remove_pick, write_pick
from comptoir.events.reads import AgendaRequest, find_events, read_events


class PickForm(PlainForm):
    """A word on a title, and the name below it."""

    text = forms.CharField(
        label=gettext_lazy("Your word on it"),
        help_text=gettext_lazy("600 characters at most, without formatting."),
        widget=forms.Textarea({"rows": 5, "maxlength": LONGEST_PICK, "autofocus": True}),
    )
    signed = forms.CharField(
        label=gettext_lazy("Signed"),
        help_text=gettext_lazy(
            "As readers see it. Leave it empty to sign in the shop’s name alone."
        ),
        max_length=LONGEST_NAME,
        required=False,
    )


@require_GET
@at_the_desk
def window(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop's window: its words on titles, and the meetings to come."""
    picks = Pick.objects.visible_to(desk.actor).filter(shop=desk.shop).select_related("product")
    asked = AgendaRequest(start=timezone.now(), shops={desk.shop.pk}, cancelled=True)
    return page(
        request,
        desk,
        "window",
        picks=with_names(picks.order_by("-place")),
        events=read_events(find_events(asked)),
        hidden=desk.shop.paused_at is not None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def pick(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show the form of a word on a title; keep what is sent, and lead to the window."""
    product = find_product(ref, desk.shop.pk)
    known = Pick.objects.visible_to(desk.actor).filter(shop=desk.shop, product=product).first()
    form = PickForm(request.POST or None, initial=_initial(request, known))
    if request.method == "POST" and form.is_valid() and _written(form, desk, product):
        messages.success(request, _("In the window: readers see it on this title’s page."))
        return redirect("counter:window", desk.shop.slug)
    context: dict[str, Any] = {"product": product, "form": form, "pick": known}
    context["may"] = product.state in SHOWN_STATES
    return page(request, desk, "pick", **context)


@require_POST
@at_the_desk
def first(request: HttpRequest, desk: Desk, pick_id: int) -> HttpResponse:
    """Put a word before the others. Leads back to the window."""
    done = attempt(request, lambda: put_first(shop=desk.shop, pick_id=pick_id, actor=desk.actor))
    if done is not None:
        messages.success(request, _("It stands first now."))
    return redirect("counter:window", desk.shop.slug)


@require_POST
@at_the_desk
def moved(request: HttpRequest, desk: Desk, pick_id: int) -> HttpResponse:
    """Move a word one place up or down. Leads back to the order on the page."""
    by = 1 if request.POST.get("sens") == "bas" else -1
    attempt(request, lambda: move_pick(shop=desk.shop, pick_id=pick_id, by=by, actor=desk.actor))
    way = "bas" if by > 0 else "haut"
    there = redirect("counter:page", desk.shop.slug).headers["Location"]
    return redirect(f"{there}?deplace={pick_id}-{way}")


@require_POST
@at_the_desk
def removed(request: HttpRequest, desk: Desk, pick_id: int) -> HttpResponse:
    """Take a word out of the window. Leads back there."""
    done = attempt(request, lambda: remove_pick(shop=desk.shop, pick_id=pick_id, actor=desk.actor))
    if done is not None:
        messages.success(request, _("Taken out of the window."))
    return redirect("counter:window", desk.shop.slug)


def _initial(request: HttpRequest, known: Pick | None) -> dict[str, str]:
    """Return what the form shows first: the word that is there, else the name of who writes."""
    if known is not None:
        return {"text": known.text, "signed": known.signed}
    user = request.user
    return {"signed": user.name if isinstance(user, User) else ""}


def _written(form: PickForm, desk: Desk, product: Product) -> bool:
    """Write the word of a form; return whether it stands. What is refused is shown at its field."""
    try:
        write_pick(
            shop=desk.shop,
            product_id=product.pk,
            text=form.cleaned_data["text"],
            signed=form.cleaned_data["signed"],
            actor=desk.actor,
        )
    except (Conflict, Invalid) as refusal:
        field = refusal.data.get("field")
        form.add_error(field if field in form.fields else None, str(refusal))
        return False
    return True
