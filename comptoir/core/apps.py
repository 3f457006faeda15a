"""Django application of the core."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """What every package stands on."""

    name = "comptoir.core"
    label = "core"

    def ready(self) -> None:
        """Have each migration note which installation this is."""
        from comptoir.core.exits.voice import note_installation

        post_migrate.connect(note_installation, sender=self)
