"""Django application of `oversight`."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The audit, the quality list, and coordinators who look at a reservation."""

    name = "comptoir.oversight"
    label = "oversight"

    def ready(self) -> None:
        """Register with notifications how the mails of oversight are completed."""
        from comptoir.oversight import mails

        mails.prepare()
