"""Django application of `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index and its queries."""

    name = "comptoir.search"
    label = "search"
