"""Django application of the core."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every package stands on."""

    name = "comptoir.core"
    label = "core"
