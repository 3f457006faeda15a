"""The forms of the shop's settings at the counter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from comptoir.core.errors import Invalid
from comptoir.core.phones import format_phone
from comptoir.shops.models import LIMITS, RingsUp, Shop
from comptoir.shops.operations import SettingsChange


class PlainForm(forms.Form):
    """A form whose labels stand alone on their line: no colon ends them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ShopForm(PlainForm):
    """What a shop decides about itself. A field that was not sent changes nothing."""

    opening_hours = forms.CharField(
        label=gettext_lazy("Opening hours"),
        help_text=gettext_lazy("As on OpenStreetMap: Tu-Sa 10:00-12:30,14:00-19:00; PH off"),
        max_length=500,
        required=False,
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel"}),
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.TextInput({"type": "email"}),
    )
    website = forms.CharField(
        label=gettext_lazy("Website"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"type": "url"}),
    )
    description = forms.CharField(
        label=gettext_lazy("A few words about the shop"),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    paused = forms.ChoiceField(
        label=gettext_lazy("On the public site"),
        choices=[("", gettext_lazy("shown")), ("yes", gettext_lazy("hidden for now"))],
        help_text=gettext_lazy("Hidden, it takes no new reservation; those it has stay."),
        required=False,
    )

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

    @property
    def change(self) -> SettingsChange:
        """What was sent, once it is valid."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        if "paused" in sent:
            sent["paused"] = sent["paused"] == "yes"
        return SettingsChange(**sent)

    def refuse(self, refusal: Invalid) -> None:
        """Show what the domain refuses at its field."""
        name = refusal.data.get("field", refusal.code.removeprefix("bad_"))
        name = {"hours": "opening_hours"}.get(name, name)
        self.add_error(name if name in self.fields else None, str(refusal))


def shop_form(shop: Shop) -> ShopForm:
    """Return the form that shows a shop as it is."""
    initial = {name: getattr(shop, name, "") for name in ShopForm.base_fields}
    paused = "yes" if shop.paused_at else ""
    return ShopForm(initial=initial | {"phone": format_phone(shop.phone), "paused": paused})


class ClosureForm(PlainForm):
    """Days on which the shop is exceptionally shut."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120, required=False)
