"""Django application of `notifications`."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What was sent, to whom, and whether it left."""

    name = "comptoir.notifications"
    label = "notifications"
