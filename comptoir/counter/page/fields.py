"""What the forms about a shop share: who wrote a field, and what others changed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from comptoir.core.errors import Conflict, Invalid
from comptoir.core.words import in_words
from comptoir.counter.screen import PlainForm, with_names
from comptoir.shops.models import Shop
from comptoir.shops.page.history import since_in
from comptoir.shops.page.words import said_now
from comptoir.shops.reads import written_fields
from comptoir.shops.sources.models import Source


def text_line(label: Any, longest: int, **attributes: str) -> forms.CharField:  # noqa: ANN401
    """Return a field of one line that may be left empty as far as the form goes."""
    widget = forms.TextInput(attributes)
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, of which none may be ticked: a form that does not show them says nothing."""

    template_name = "counter/ticks.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:  # noqa: ANN401
        """Return what is ticked, without the empty value that says that the boxes were shown."""
        return [each for each in super().value_from_datadict(data, files, name) or [] if each]


class AboutShop(PlainForm):
    """A form about a shop. Its `since` is the last act on the shop that its sender has seen."""

    since = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def seen(self) -> int | None:
        """The last act that the sender has seen; None where the form did not say."""
        found: int | None = self.cleaned_data.get("since")
        return found

    @property
    def sent(self) -> dict[str, Any]:
        """What was sent, by field, once it is valid."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.data and name != "since"
        }

    @contextmanager
    def told(self, shop: Shop) -> Iterator[None]:
        """Tell in the form what is refused while the block changes the shop; it ends there."""
        try:
            yield
        except Invalid as refusal:
            self.refuse(refusal)
        except Conflict as refusal:
            self.compare(refusal, shop)

    def refuse(self, refusal: Invalid) -> None:
        """Show what the domain refuses at its field."""
        name = refusal.data.get("field", refusal.code.removeprefix("bad_"))
        name = {"hours": "opening_hours"}.get(name, name)
        if name == "service_details":
            name = f"how_{refusal.data.get('service', '')}"
        self.add_error(name if name in self.fields else None, str(refusal))

    def compare(self, refusal: Conflict, shop: Shop) -> None:
        """Show beside what was typed what others wrote there meanwhile; sent again, it counts.

        Raises the refusal where it is another.
        """
        if refusal.code != "changed_meanwhile":
            raise refusal
        for act, name in with_names(since_in(shop, refusal.data["fields"], self.seen or 0)):
            for field in {each.field for each in act.changes.all()}:
                told = _("%(who)s wrote meanwhile: “%(now)s”. Send again to write yours over it.")
                words = told % {"who": name or _("Somebody"), "now": said_now(shop, field)}
                known = field if field in self.fields else None
                if known is None or known not in self.errors:
                    self.add_error(known, words)
        self.add_error(None, str(refusal))
        sent = QueryDict(mutable=True)
        sent.update(self.data)
        sent["since"] = str(refusal.data["since"])
        self.data = sent


def tell_origins(form: forms.Form, shop: Shop) -> None:
    """Say beside each field who wrote what stands in it, and when, or that it is the directory's.

    Three queries. Of what was written before this was kept, nothing is said.
    """
    zone = ZoneInfo(shop.time_zone)
    for origin, name in with_names(written_fields(shop)):
        field = form.fields.get(origin.field)
        if field is None or origin.written_at is None:
            continue
        day = in_words(timezone.localtime(origin.written_at, zone), "SHORT_DATE_FORMAT")
        told = _("written by %(who)s on %(day)s") % {"who": name or _("somebody"), "day": day}
        if origin.imported:
            told = _("came from the directory on %(day)s") % {"day": day}
            if origin.source not in ("", Source.FILE):
                source = origin.get_source_display()
                told = _("came from elsewhere on %(day)s: %(source)s") % {
                    "day": day,
                    "source": source,
                }
        # Forms print what stands here as markup, and a name is whatever somebody typed.
        told = escape(told)
        field.help_text = f"{field.help_text} ({told})" if field.help_text else told
