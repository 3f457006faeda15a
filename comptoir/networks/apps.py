"""Django application of `networks`."""

from django.apps import AppConfig


class NetworksConfig(AppConfig):
    """Associations of shops."""

    name = "comptoir.networks"
    label = "networks"
