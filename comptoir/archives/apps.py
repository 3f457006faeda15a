"""Django application of `archives`."""

from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    """A shop's own things: their export, their import elsewhere, and their erasure."""

    name = "comptoir.archives"
    label = "archives"
