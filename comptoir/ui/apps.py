"""Django application of `ui`."""

from django.apps import AppConfig
from django.middleware import csrf

from comptoir.ui.tokens import csrf_string


class UiConfig(AppConfig):
    """The look: templates, components, static files; knows no domain."""

    name = "comptoir.ui"
    label = "ui"

    def ready(self) -> None:
        """Have Django make the strings of its CSRF tokens as we do."""
        csrf._get_new_csrf_string = csrf_string
