"""Django application of `installation`."""

from django.apps import AppConfig


class InstallationConfig(AppConfig):
    """How an installation is set up, and what is wrong with it."""

    name = "comptoir.installation"
    label = "installation"
