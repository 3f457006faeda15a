"""The form by which a release is announced, at a counter and in an office."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError
from comptoir.releases.models import OneEach, Release
from comptoir.releases.operations import ReleaseRequest
from comptoir.releases.operations.announce import LONGEST_NAME, LONGEST_TEXT

MOMENTS = ("holds_at", "sale_at", "online_at")


def moment_field(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateTimeField:  # noqa: ANN401
    """Return a field for a moment on a clock, which the form puts into its zone."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label,
        help_text=hint,
        required=required,
        widget=widget,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
    )


class ReleaseForm(forms.Form):
    """What is announced; moments are on the clock of a time zone."""

    name = forms.CharField(
        label=_("Name"), help_text=_("“Disquaire Day 2027”, or the title."), max_length=LONGEST_NAME
    )
    titles = forms.CharField(
        label=_("Titles"),
        help_text=_("An EAN a line; scan them."),
        widget=forms.Textarea({"rows": 4}),
    )
    holds_at = moment_field(_("Reserved from"))
    sale_at = moment_field(
        _("Sold at the counter from"),
        _("Empty: the same moment. It is told; the till is yours."),
        required=False,
    )
    online_at = moment_field(
        _("What is left is posted from"), _("Empty: when it may be reserved."), required=False
    )
    one_each = forms.ChoiceField(
        label=_("A person may have"), choices=OneEach.choices, initial=OneEach.TITLE
    )
    shows_copies = forms.BooleanField(
        label=_("Tell beforehand how many copies there are"), required=False
    )
    text = forms.CharField(
        label=_("In your words, for readers"), max_length=LONGEST_TEXT, required=False
    )

    def __init__(self, zone: ZoneInfo, data: Any = None, release: Release | None = None) -> None:  # noqa: ANN401
        super().__init__(data, label_suffix="", initial=_filled(release, zone) if release else None)
        self._zone = zone

    @property
    def request(self) -> ReleaseRequest:
        """What was sent, once it is valid."""
        values = dict(self.cleaned_data)
        for name in MOMENTS:
            values[name] = here(values[name], self._zone)
        values["titles"] = values["titles"].split()
        values["one_each"] = OneEach(values["one_each"])
        return ReleaseRequest(**values)

    def refuse(self, refusal: DomainError) -> None:
        """Show what the domain refuses at its field."""
        name = refusal.data.get("field", "")
        self.add_error(name if name in self.fields else None, str(refusal))


def here(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return what a clock in a zone shows as a moment."""
    return moment.replace(tzinfo=zone) if moment else None


def _filled(release: Release, zone: ZoneInfo) -> dict[str, Any]:
    moments = {name: getattr(release, name) for name in MOMENTS}
    local = {
        name: at.astimezone(zone).replace(tzinfo=None) if at else None
        for name, at in moments.items()
    }
    refs = [each.product.ref for each in release.titles.select_related("product").order_by("pk")]
    return {
        "name": release.name,
        "titles": "\n".join(refs),
        "one_each": release.one_each,
        "shows_copies": release.shows_copies,
        "text": release.text,
        **local,
    }
