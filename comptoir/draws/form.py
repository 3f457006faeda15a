"""The form by which a draw is opened, at a counter and in an office."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError
from comptoir.draws.operations import DrawRequest
from comptoir.draws.operations.start import LONGEST_SOURCE, LONGEST_TEXT, MOST_COPIES
from comptoir.releases.form import here, moment_field


class DrawForm(forms.Form):
    """What is drawn for; moments are on the clock of a time zone."""

    title = forms.CharField(label=_("Title"), help_text=_("Its EAN; scan it."), max_length=40)
    copies = forms.IntegerField(
        label=_("Copies"),
        help_text=_("They are the draw’s at once: no reservation gets them."),
        min_value=1,
        max_value=MOST_COPIES,
    )
    closes_at = moment_field(_("Entries close"))
    known_at = moment_field(
        _("The number becomes known"),
        _("A quarter of an hour after the entries close at the soonest. One draws from then on."),
    )
    source = forms.CharField(
        label=_("The public number that decides"),
        help_text=_(
            "One that nobody here chooses, and nobody knows before: “the numbers of the Loto of"
            " Saturday 17 April 2027, as FDJ prints them”. Of “drand”, the round is written by"
            " itself."
        ),
        max_length=LONGEST_SOURCE,
    )
    days = forms.IntegerField(
        label=_("Days that a winner has"), min_value=1, max_value=30, initial=3
    )
    until = moment_field(_("Copies are kept for the draw until"), _("Then they are free for all."))
    text = forms.CharField(
        label=_("In your words, for readers"), max_length=LONGEST_TEXT, required=False
    )

    def __init__(self, zone: ZoneInfo, data: Any = None, *, own: bool = True) -> None:  # noqa: ANN401
        super().__init__(data, label_suffix="")
        self._zone = zone
        if not own:
            del self.fields["copies"]

    @property
    def request(self) -> DrawRequest:
        """What was sent, once it is valid."""
        values = dict(self.cleaned_data)
        for name in ("closes_at", "known_at", "until"):
            values[name] = here(values[name], self._zone)
        return DrawRequest(**values)

    def refuse(self, refusal: DomainError) -> None:
        """Show what the domain refuses at its field."""
        name = refusal.data.get("field", "")
        self.add_error(name if name in self.fields else None, str(refusal))
