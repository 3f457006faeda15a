"""Django application of `neighbours`."""

from django.apps import AppConfig


class NeighboursConfig(AppConfig):
    """Other installations, whose answers are shown near the border."""

    name = "comptoir.neighbours"
    label = "neighbours"
