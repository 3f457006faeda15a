"""How far a shop may set its numbers."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

LIMITS = {
    "hold_days": (1, 30),
    "safety_stock": (0, 100),
    "told_delay": (0, 7 * 24 * 60),
    "confirm_after": (1, 30 * 24 * 60),
}
"""The least and the most of each number: opening days, copies, minutes, minutes."""


def check_number(name: str, value: int) -> int:
    """Return a number within its `LIMITS`. Raises `Invalid` (`out_of_range`)."""
    least, most = LIMITS[name]
    if not least <= value <= most:
        raise Invalid(
            "out_of_range",
            _("%(name)s must be from %(least)d to %(most)d.")
            % {"name": name, "least": least, "most": most},
            field=name,
            least=least,
            most=most,
        )
    return value
