"""What webhooks refuse."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import NotFound


def no_such_endpoint() -> NotFound:
    """Return the error for an endpoint that is not there, or not this shop's."""
    return NotFound("no_such_webhook", _("There is no such webhook."))


def no_such_message() -> NotFound:
    """Return the error for a message that is not there, or not this shop's."""
    return NotFound("no_such_message", _("There is no such message, or it was erased."))
