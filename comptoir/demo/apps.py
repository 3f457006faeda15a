"""Django application of `demo`."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration region."""

    name = "comptoir.demo"
    label = "demo"
