"""What quotes refuse."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

MOST_LINES = 50
MOST_COPIES = 99


def too_many_lines(count: int) -> Invalid:
    """Return the refusal of a basket with more than `MOST_LINES` lines."""
    told = _("At most %(most)d lines a basket.") % {"most": MOST_LINES}
    return Invalid("too_many_lines", told, field="lines", count=count, most=MOST_LINES)


def too_many_titles(count: int, most: int) -> Invalid:
    """Return the refusal of a basket over several shops with more than `most` titles."""
    told = _("At most %(most)d titles are divided over shops.") % {"most": most}
    return Invalid("too_many_titles", told, field="titles", count=count, most=most)
