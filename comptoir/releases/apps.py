"""Django application of `releases`."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Titles that are not to be had before a moment."""

    name = "comptoir.releases"
    label = "releases"
