"""What rounds refuse."""

from django.utils.translation import ngettext_lazy

from comptoir.core.errors import Invalid, fill

MOST_TITLES = 50


def too_many_titles(count: int) -> Invalid:
    """Return the refusal of a list that has more than `MOST_TITLES` titles."""
    message = ngettext_lazy(
        "A round is worked out for a list of at most %(most)d titles: this one has %(count)d title.",
        "A round is worked out for a list of at most %(most)d titles: this one has %(count)d"
        " titles.",
        "count",
    )
    return Invalid(
        "too_many_titles", fill(message, most=MOST_TITLES, count=count), most=MOST_TITLES
    )
