"""Django application of `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The look: templates, components, static files; knows no domain."""

    name = "comptoir.ui"
    label = "ui"
