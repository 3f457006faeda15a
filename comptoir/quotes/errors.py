"""What quotes refuse."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, NotFound

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


def no_such_tariff(key: int) -> NotFound:
    """Return the refusal of prices of parcels that a shop has not, or none to come."""
    return NotFound("no_such_tariff", _("There are no such prices to come."), id=key)
