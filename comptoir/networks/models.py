"""Networks: the associations that gather shops."""

from django.db import models
from django.db.models.functions import Now

from comptoir.networks.settings import NetworkSettings, read_settings


class Network(models.Model):
    """An association of shops. `host` is the name under which its own portal answers (None: it has
    none, and is a filter of the installation's). `settings` is what it decides (`NetworkSettings`);
    `docs/architecture.md` says who decides what.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253, unique=True, null=True, blank=True)
    settings = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @property
    def decides(self) -> NetworkSettings:
        """What the network decides, what it left out as the installation has it."""
        return read_settings(self.settings)
