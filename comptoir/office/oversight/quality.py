"""The quality list, and the mail that asks a shop to mend."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.core.errors import Conflict, Invalid
from comptoir.core.limits import TooMany
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.oversight.faults import ADVICE, Fault
from comptoir.oversight.letters import LONGEST, LONGEST_SUBJECT, draft
from comptoir.oversight.operations import WAITS, Asked, ask_to_mend
from comptoir.oversight.quality import Checked, counts, faults_of, quality_of
from comptoir.oversight.table import quality_blocks
from comptoir.shops.models import Shop
from comptoir.ui.answers import as_csv

LANGUAGES = ("fr", "en")


class MailForm(forms.Form):
    """The mail to a shop, as it will be sent."""

    faults = forms.MultipleChoiceField(
        label=_("What the mail is about"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(label=_("Text"), max_length=LONGEST, widget=forms.Textarea({"rows": 16}))
    days = forms.TypedChoiceField(
        label=_("Do not ask again for"),
        coerce=int,
        choices=[
            (days, ngettext_lazy("%(n)s day", "%(n)s days", days) % {"n": days}) for days in WAITS
        ],
    )


@require_safe
@at_the_office(NetworkVerb.READ_OFFICE)
def quality(request: HttpRequest, office: Office) -> HttpResponse:
    """Show with which members something is wrong, the gravest first; those of one fault alone where
    the address names it."""
    found = quality_of(office.network, actor=office.actor, now=timezone.now())
    fault = _fault(request)
    shown = [each for each in found if fault is None or fault in each.faults]
    context = {
        "rows": [(each, [(one, ADVICE[one]) for one in each.faults]) for each in shown],
        "counts": counts(found),
        "fault": fault,
        "several": len(found),
        "may_ask": office.may(NetworkVerb.KEEP_DIRECTORY),
    }
    return page(request, office, "quality", **context)


@require_safe
@at_the_office(NetworkVerb.READ_OFFICE)
def quality_csv(request: HttpRequest, office: Office) -> StreamingHttpResponse:
    """Give the list, as its page shows it, as a file."""
    found = quality_of(office.network, actor=office.actor, now=timezone.now())
    fault = _fault(request)
    shown = [each for each in found if fault is None or fault in each.faults]
    return as_csv(
        quality_blocks(shown), f"qualite-{office.network.slug}-{timezone.localdate():%Y%m%d}.csv"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.KEEP_DIRECTORY)
def ask(request: HttpRequest, office: Office, slug: str) -> HttpResponse:
    """Show the mail to a shop, ready to send; send it as it was edited."""
    members = Shop.objects.of_network().filter(memberships__network=office.network)
    shop = get_object_or_404(members, slug=slug)
    checked = faults_of(office.network, shop, actor=office.actor, now=timezone.now())
    checked = checked or Checked(shop)
    language = _language(request)
    initial = _initial(request, office, checked, language)
    form = MailForm(request.POST or None, initial=initial, label_suffix="")
    form.fields["faults"].choices = [(each.value, each.label) for each in checked.faults]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid() and _sent(request, office, shop, form):
        return redirect("office:quality", office.network.slug)
    context = {"form": form, "checked": checked, "shop": shop, "language": language}
    return page(request, office, "ask", languages=LANGUAGES, **context)


def _initial(
    request: HttpRequest, office: Office, checked: Checked, language: str
) -> dict[str, object]:
    faults = [each for each in checked.faults if each not in checked.asked] or checked.faults
    subject, text = draft(
        office.network, checked.shop, faults, signed=str(request.user), language=language
    )
    values = [each.value for each in faults]
    return {"faults": values, "subject": subject, "text": text, "days": 14}


def _sent(request: HttpRequest, office: Office, shop: Shop, form: MailForm) -> bool:
    cleaned = form.cleaned_data
    asked = Asked(
        faults=[Fault(each) for each in cleaned["faults"]],
        subject=cleaned["subject"],
        text=cleaned["text"],
        language=_language(request),
        days=cleaned["days"],
    )
    try:
        people = ask_to_mend(network=office.network, shop=shop, asked=asked, actor=office.actor)
    except (Conflict, Invalid, TooMany) as refusal:
        form.add_error(None, str(refusal))
        return False
    told = ngettext("The mail goes to %(n)s person.", "The mail goes to %(n)s people.", people)
    messages.success(request, told % {"n": people})
    return True


def _fault(request: HttpRequest) -> Fault | None:
    word = request.GET.get("defaut", "")
    return Fault(word) if word in Fault else None


def _language(request: HttpRequest) -> str:
    word = request.GET.get("langue", (get_language() or "fr")[:2])
    return word if word in LANGUAGES else "fr"
