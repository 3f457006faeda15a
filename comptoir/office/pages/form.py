"""What is typed about a page, a news item or a banner, and what is wrong with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError, Faults
from comptoir.networks.operations.pages.publications import Placing, Texts
from comptoir.networks.pages.models import (
    LONGEST_BANNER,
    LONGEST_BODY,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    BannerLevel,
    Publication,
    PublicationKind,
    Version,
)

MOMENT = "%Y-%m-%dT%H:%M"


class OfficeForm(forms.Form):
    """A form whose labels stand alone on their line, and which shows what a verb refuses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal at the field it is about, or above the form."""
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            field = fault.data.get("field")
            self.add_error(field if field in self.fields else None, str(fault))


def moment_field(label: Any, help_text: Any) -> forms.DateTimeField:  # noqa: ANN401
    """Return a field for a day and an hour on the clock of the installation."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=False,
        widget=widget,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
    )


def _line(label: Any, longest: int, **more: Any) -> forms.CharField:  # noqa: ANN401
    return forms.CharField(label=label, max_length=longest, **more)


def _area(label: Any, help_text: Any = "") -> forms.CharField:  # noqa: ANN401
    widget = forms.Textarea(attrs={"rows": 16, "spellcheck": "true"})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


class TextForm(OfficeForm):
    """A page or a news item. `after` is the number of the version that it is written upon."""

    title = _line(_("Title"), LONGEST_TITLE)
    summary = _line(
        _("In one sentence"),
        LONGEST_SUMMARY,
        required=False,
        help_text=_("Lists, search engines and messengers show it."),
    )
    body = _area(
        _("Text"),
        _("Markdown: ## heading, **bold**, [words](https://…), - list, > quotation."),
    )
    title_en = _line(_("Title in English"), LONGEST_TITLE, required=False)
    summary_en = _line(_("In one sentence, in English"), LONGEST_SUMMARY, required=False)
    body_en = _area(_("Text in English"))
    slug = _line(
        _("Word in its address"),
        80,
        required=False,
        help_text=_("Small letters, figures, hyphens; empty: made of the title."),
    )
    in_footer = forms.BooleanField(label=_("Name it at the foot of every page"), required=False)
    appears_at = moment_field(_("Appears on"), _("Empty: at once when you publish it."))
    ends_at = moment_field(_("Disappears on"), _("Empty: it stays."))
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, kind: PublicationKind, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if kind is PublicationKind.NEWS:
            del self.fields["in_footer"]

    @property
    def texts(self) -> Texts:
        """What was written, as the verb takes it."""
        said = self.cleaned_data
        return Texts(**{name: said[name] for name in Texts.__slots__})

    @property
    def placing(self) -> Placing:
        """Where and when it is shown, as the verb takes it."""
        said = self.cleaned_data
        return Placing(
            slug=said["slug"],
            in_footer=said.get("in_footer", False),
            appears_at=said["appears_at"],
            ends_at=said["ends_at"],
        )

    def unsaved(self, publication: Publication | None) -> Version:
        """Return what was typed as a version that is not kept."""
        typed = {name: self.data.get(name, "")[:LONGEST_BODY] for name in Texts.__slots__}
        return Version(publication=publication, **typed)


def typed_of(publication: Publication, version: Version) -> dict[str, Any]:
    """Return a version as the form shows it."""
    return {
        **{name: getattr(version, name) for name in Texts.__slots__},
        "slug": publication.slug,
        "in_footer": publication.in_footer,
        "appears_at": publication.appears_at,
        "ends_at": publication.ends_at,
        "after": publication.latest,
    }


class BannerForm(OfficeForm):
    """A banner for everybody."""

    text = _line(
        _("What it says"), LONGEST_BANNER, help_text=_("One sentence, for readers and shops.")
    )
    text_en = _line(_("The same in English"), LONGEST_BANNER, required=False)
    level = forms.ChoiceField(label=_("How grave it is"), choices=BannerLevel.choices)
    begins_at = moment_field(_("From"), _("Empty: at once."))
    ends_at = moment_field(_("Until"), _("Empty: until you end it."))
