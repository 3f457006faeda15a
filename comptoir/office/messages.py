"""The screens “Messages”: what the network writes to its members, and who has read it."""

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.core.errors import Conflict, Invalid
from comptoir.core.limits import TooMany
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.networks.pages.markdown import render
from comptoir.office.pages.form import OfficeForm
from comptoir.office.scope import Office, at_the_office, page
from comptoir.shops.circulars.models import LONGEST_BODY, LONGEST_TITLE
from comptoir.shops.circulars.reads import html_of, reached, sent_circular, sent_circulars
from comptoir.shops.models import Shop
from comptoir.shops.operations.circulars import remind_of_circular, send_circular

SHOWN = 100


class MessageForm(OfficeForm):
    """A message to the members: to all, or to those that are ticked."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=LONGEST_TITLE)
    body = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy("Markdown: **bold**, [words](https://…), - list."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    to = forms.ChoiceField(
        label=gettext_lazy("To"),
        choices=[
            ("all", gettext_lazy("all members")),
            ("some", gettext_lazy("only the shops ticked below")),
        ],
        widget=forms.RadioSelect,
        initial="all",
    )
    shops = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Shops"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, office: Office, *args: object) -> None:
        super().__init__(*args)
        members = Shop.objects.of_network().filter(memberships__network=office.network)
        rows = members.order_by("name", "pk").values_list("pk", "name", "city")
        self.fields["shops"].choices = [(key, f"{name}, {city}") for key, name, city in rows]  # type: ignore[attr-defined]


@require_safe
@at_the_office(NetworkVerb.TELL_MEMBERS)
def messages(request: HttpRequest, office: Office) -> HttpResponse:
    """List what was sent, each with how many shops have read it."""
    sent = sent_circulars(office.network, office.actor)[:SHOWN]
    return page(request, office, "messages", sent=sent)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.TELL_MEMBERS)
def write(request: HttpRequest, office: Office) -> HttpResponse:
    """Write a message, show it as shops will see it, send it."""
    if request.method != "POST":
        return page(request, office, "message_form", form=MessageForm(office))
    form = MessageForm(office, request.POST)
    if "preview" in request.POST:
        shown = render(request.POST.get("body", "")[:LONGEST_BODY], {})
        title = request.POST.get("title", "")
        return page(request, office, "message_form", form=form, html=shown, title=title)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = send_circular(
                network=office.network,
                title=said["title"],
                body=said["body"],
                shop_ids=None if said["to"] == "all" else said["shops"],
                actor=office.actor,
                now=timezone.now(),
            )
        except (Conflict, Invalid, TooMany) as refusal:
            form.refuse(refusal)
        else:
            notices.success(request, _("Sent: it stands at their counters."))
            return redirect("office:message", office.network.slug, made.pk)
    return page(request, office, "message_form", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.TELL_MEMBERS)
def message(request: HttpRequest, office: Office, circular_id: int) -> HttpResponse:
    """Show who has read a message and who has not; remind the latter, once."""
    if request.method == "POST":
        try:
            n = remind_of_circular(
                network=office.network,
                circular_id=circular_id,
                actor=office.actor,
                now=timezone.now(),
            )
        except Conflict as refusal:
            notices.warning(request, str(refusal))
        else:
            told = ngettext("%(n)s shop is reminded.", "%(n)s shops are reminded.", n)
            notices.success(request, told % {"n": n})
        return redirect("office:message", office.network.slug, circular_id)
    found = sent_circular(office.network, circular_id, office.actor)
    context = {"circular": found, "html": html_of(found), "rows": reached(found)}
    return page(request, office, "message", **context)
