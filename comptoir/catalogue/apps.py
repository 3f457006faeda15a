"""Django application of `catalogue`."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """What has an EAN: books and records."""

    name = "comptoir.catalogue"
    label = "catalogue"
