"""The form by which doors are closed, at a counter and in an office."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.operations.doors import LONGEST_TEXT, DoorsRequest


def _moment(label: Any, hint: Any) -> forms.DateTimeField:  # noqa: ANN401
    widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label,
        help_text=hint,
        required=False,
        widget=widget,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
    )


class DoorsForm(forms.Form):
    """How doors are to be closed; moments are on the clock of a time zone."""

    mode = forms.ChoiceField(
        label=_("Meanwhile"),
        choices=DoorsMode.choices,
        initial=DoorsMode.SLOTS,
        widget=forms.RadioSelect,
    )
    begins_at = _moment(_("From"), _("Empty: now."))
    ends_at = _moment(_("Until"), _("Empty: until further notice."))
    text = forms.CharField(
        label=_("In your words, for readers"),
        help_text=_("Perhaps why. The rest is said by itself: until when, and what is possible."),
        max_length=LONGEST_TEXT,
        required=False,
    )

    def __init__(self, zone: ZoneInfo, data: Any = None) -> None:  # noqa: ANN401
        super().__init__(data, label_suffix="")
        self._zone = zone

    @property
    def request(self) -> DoorsRequest:
        """What was sent, once it is valid."""
        values = self.cleaned_data
        return DoorsRequest(
            mode=DoorsMode(values["mode"]),
            begins_at=self._here(values["begins_at"]),
            ends_at=self._here(values["ends_at"]),
            text=values["text"],
        )

    def refuse(self, refusal: DomainError) -> None:
        """Show what the domain refuses at its field."""
        name = refusal.data.get("field", "")
        self.add_error(name if name in self.fields else None, str(refusal))

    def _here(self, moment: datetime | None) -> datetime | None:
        """Return what a clock in the shop's zone shows as a moment."""
        return moment.replace(tzinfo=self._zone) if moment else None
