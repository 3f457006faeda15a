"""The calendar of the reform in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill
from comptoir.core.words import in_words
from comptoir.papers.rules import calendar

_SAID: Mapping[tuple[str, str], Message] = {
    ("all", "receive"): _(
        "Since %(day)s every business that is liable to VAT receives electronic invoices, by a"
        " platform that the State has approved."
    ),
    ("large", "issue"): _(
        "Since %(day)s large and mid-sized businesses issue them, and report their sales to"
        " private persons."
    ),
    ("small", "issue"): _(
        "From %(day)s small and very small ones do so too: sales are reported by the day, three"
        " times a month, by the month or every two months, as the shop’s VAT is."
    ),
}


def calendar_in_words() -> list[str]:
    """Return who has to do what from when, a sentence each, in the language that is active."""
    return [
        str(
            fill(
                _SAID[row.values["who"], row.values["what"]],
                day=in_words(row.since),
            )
        )
        for row in calendar()
    ]
