"""Django application of `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The look: templates, components, static files; knows no domain, but for `releases`."""

    name = "comptoir.ui"
    label = "ui"
