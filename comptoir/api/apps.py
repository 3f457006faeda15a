"""Django application of `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Version 1 of the programming interface."""

    name = "comptoir.api"
    label = "api"
