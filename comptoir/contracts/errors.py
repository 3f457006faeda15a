"""What is refused of contracts."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import NotFound


def no_such_contract() -> NotFound:
    """Return the refusal of a contract that this shop has not filed, or no longer."""
    return NotFound("no_such_contract", _("There is no such contract in the file of this shop."))
