"""What sign-in may do here: nobody makes their own account, and its mails go by our own queue."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from comptoir.notifications.operations import Draft, queue

CODE_MAIL = "account/email/login_code"


class Adapter(DefaultAccountAdapter):
    """Closes sign-up, and queues the code's mail like every other mail.

    Readers need no account, and staff are invited. A queued mail is sent again when the mail server
    fails, and can be read in the demonstration.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: see the class."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail that carries a sign-in code; allauth sends any other itself."""
        if template_prefix != CODE_MAIL:
            super().send_mail(template_prefix, email, context)
            return
        language = (get_language() or "fr")[:2]
        code = {"code": context["code"]}
        queue([Draft(email, language, "sign_in_code", context=code, secret=True)])
