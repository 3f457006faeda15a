"""Django application of `office`."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """What those who run the installation see."""

    name = "comptoir.office"
    label = "office"
