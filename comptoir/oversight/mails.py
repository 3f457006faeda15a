"""What the mails of oversight show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any

from comptoir.notifications.operations import register
from comptoir.oversight.operations import TEMPLATE


def prepare() -> None:
    """Register the builder of each template of this package."""
    register(TEMPLATE, asked_context)


def asked_context(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail shows, as a coordinator wrote it; an answer goes to them."""
    return {**said, "headers": {"Reply-To": said["email"]}}
