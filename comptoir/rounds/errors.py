"""What rounds refuse."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill

MOST_TITLES = 50


def too_many_titles(count: int) -> Invalid:
    """Return the refusal of a list that has more than `MOST_TITLES` titles."""
    message = _("Rounds are worked out for at most %(most)d titles: this list has %(count)d.")
    return Invalid(
        "too_many_titles", fill(message, most=MOST_TITLES, count=count), most=MOST_TITLES
    )
