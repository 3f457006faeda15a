"""The tills that call by themselves: a shop's links to their providers."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, page
from comptoir.stock.arrivals.calls import link_till, links_of, unlink_till, url_of
from comptoir.stock.formats import CALLS


class LinkForm(PlainForm):
    """One provider, its secret and what it calls the shop's place."""

    provider = forms.ChoiceField(
        label=gettext_lazy("Your till"),
        choices=lambda: [(code, each.name) for code, each in CALLS.items()],
    )
    secret = forms.CharField(
        label=gettext_lazy("The secret by which it signs"),
        help_text=gettext_lazy(
            "Square and Zettle show it when you give them our address: leave it empty until then."
            " It is never shown here again."
        ),
        max_length=200,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    location = forms.CharField(
        label=gettext_lazy("What it calls your shop's place"),
        help_text=gettext_lazy(
            "If the till has several shops or stores. Left empty, the first call tells it."
        ),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "POST"])
@at_the_desk
def tills(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop's links; a manager makes, changes or ends one."""
    if request.method == "GET":
        return _links(request, desk, LinkForm())
    if "end" in request.POST:
        unlink_till(shop=desk.shop, provider=request.POST["end"], actor=desk.actor)
        messages.success(request, _("The link is ended: its address answers no more."))
        return redirect("counter:tills", desk.shop.slug)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            link_till(shop=desk.shop, actor=desk.actor, **form.cleaned_data)
        except Invalid as refusal:
            name = str(refusal.data.get("field", ""))
            form.add_error(name if name in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("counter:tills", desk.shop.slug)
    return _links(request, desk, form)


def _links(request: HttpRequest, desk: Desk, form: LinkForm) -> HttpResponse:
    made = [(link, url_of(link)) for link in links_of(desk.shop, desk.actor)]
    return page(request, desk, "tills", links=made, form=form)
