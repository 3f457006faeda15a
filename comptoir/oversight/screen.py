"""What a screen of the audit shows, whose audit it ever is, and how often it goes out as a file."""

from comptoir.core.limits import Limit
from comptoir.oversight.audit import Question, View
from comptoir.oversight.deeds import DeedKind
from comptoir.oversight.request import address_of

EXPORTS = Limit("audit_export", 10)
"""How often a minute a person fetches it as a file."""


def shown(view: View, question: Question) -> dict[str, object]:
    """Return what the templates take: a page of lines, the address of the older ones, and what was
    asked."""
    lines, more = view.page(question)
    first, last = question.days
    return {
        "lines": lines,
        "older": address_of(question, more) if more else "",
        "asked": question,
        "first": first,
        "last": last,
        "kinds": DeedKind.choices,
        "export": address_of(question),
    }
