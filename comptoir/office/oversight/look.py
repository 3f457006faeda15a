"""A coordinator looks at one reservation of a member: the reason first, then its reader."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from comptoir.accounts.audit import MOST_REASON
from comptoir.core.errors import Invalid, NotFound
from comptoir.core.limits import TooMany
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.office.scope import Office, at_the_office, page
from comptoir.orders.models import Order
from comptoir.oversight.operations import SHORTEST_REASON, look_at_order
from comptoir.shops.models import Shop


class LookForm(forms.Form):
    """Which reservation, and why."""

    shop = forms.ModelChoiceField(
        label=_("Shop"),
        queryset=Shop.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose"),
    )
    code = forms.CharField(
        label=_("Code of the reservation"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("It is kept, and the shop reads it beside your name."),
        min_length=SHORTEST_REASON,
        max_length=MOST_REASON,
        widget=forms.Textarea({"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.SEE_READERS)
def look(request: HttpRequest, office: Office) -> HttpResponse:
    """Ask for the reason, then show the reservation in the answer to it: it has no address, so that
    nobody comes back to it without another reason."""
    form = LookForm(request.POST or None, label_suffix="")
    members = Shop.objects.filter(memberships__network=office.network)
    form.fields["shop"].queryset = members.order_by("name", "pk")  # type: ignore[attr-defined]
    order = None
    if request.method == "POST" and form.is_valid():
        order = _order(office, form)
    return page(request, office, "look", form=form, order=order)


def _order(office: Office, form: LookForm) -> Order | None:
    asked = form.cleaned_data
    try:
        return look_at_order(
            network=office.network,
            shop=asked["shop"],
            code=asked["code"],
            reason=asked["reason"],
            actor=office.actor,
        )
    except (Invalid, NotFound, TooMany) as refusal:
        form.add_error(None, str(refusal))
        return None
