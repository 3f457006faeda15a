"""Django application of `counter`."""

from django.apps import AppConfig
from django.conf import settings


class CounterConfig(AppConfig):
    """What shop staff see."""

    name = "comptoir.counter"
    label = "counter"

    def ready(self) -> None:
        """Have a code that is no longer good stay where it is, however late the mail server is."""
        from comptoir.notifications.operations import for_seconds, register

        good = for_seconds(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        register("sign_in_code", matters=good)
