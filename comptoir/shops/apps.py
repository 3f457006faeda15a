"""Django application of `shops`."""

from django.apps import AppConfig


class ShopsConfig(AppConfig):
    """The directory."""

    name = "comptoir.shops"
    label = "shops"
