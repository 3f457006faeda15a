"""Django application of `figures`."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """What became of reservations, counted by shop and day."""

    name = "comptoir.figures"
    label = "figures"
