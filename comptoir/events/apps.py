"""Django application of `events`."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What shops put into their window: words on titles, and meetings."""

    name = "comptoir.events"
    label = "events"
