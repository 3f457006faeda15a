"""The gate of every mail: `settings.EMAIL_BACKEND` names it, `settings.MAIL_BACKEND` who sends.

What is named as Django's SMTP is `wire.Smtp`, which is that for less.
"""

import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from comptoir.core.exits import voice

_STAY = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend"
    for name in ("console", "dummy", "filebased", "locmem")
)
"""Mails given to these leave no machine: whoever looks around in a copy can read them there."""
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_SMTP_FOR_LESS = "comptoir.core.exits.wire.Smtp"

_GOOD_SECONDS = 1.0
"""For so long a connection's mails are one act: what is being sent when it is told to be quiet
leaves."""


class Gate(BaseEmailBackend):
    """Passes mails on to `settings.MAIL_BACKEND`, where this installation speaks."""

    def __init__(self, fail_silently: bool = False, **how: Any) -> None:  # noqa: ANN401
        super().__init__(fail_silently=fail_silently)
        named = settings.MAIL_BACKEND
        self._behind: BaseEmailBackend = get_connection(
            _SMTP_FOR_LESS if named == _SMTP else named, fail_silently=fail_silently, **how
        )
        self._asked = -_GOOD_SECONDS

    def open(self) -> bool | None:
        """Connect to the mail server. Raises `Quiet`, and what the mail server raises."""
        self._require_voice()
        return self._behind.open()

    def close(self) -> None:
        """Leave the mail server."""
        self._behind.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send mails and return how many. Raises `Quiet`, and what the mail server raises."""
        self._require_voice()
        return self._behind.send_messages(email_messages) or 0

    def _require_voice(self) -> None:
        if leaves() and time.monotonic() - self._asked >= _GOOD_SECONDS:
            voice.require()
            self._asked = time.monotonic()


def leaves() -> bool:
    """Return whether mails leave this machine, when they are sent."""
    return sender() not in _STAY


def sender() -> str:
    """Return what sends the mails of this installation, behind the gate."""
    named: str = settings.EMAIL_BACKEND
    mine = f"{Gate.__module__}.{Gate.__qualname__}"
    return settings.MAIL_BACKEND if named == mine else named
