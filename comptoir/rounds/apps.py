"""Django application of `rounds`."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    """Lists of titles, fetched in few stops."""

    name = "comptoir.rounds"
    label = "rounds"
