"""Django application of `alerts`."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Readers who want to hear when a title comes back near them."""

    name = "comptoir.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Register with notifications how the mails of alerts are completed."""
        from comptoir.alerts import mails

        mails.prepare()
