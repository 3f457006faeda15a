"""Neighbours: other installations that readers near their area have asked too."""

from django.db import models
from django.db.models.functions import Now


class Neighbour(models.Model):
    """An installation at an address (`https://host`, nothing behind), as it describes itself.

    `area` is where its shops are: circles, each `[latitude, longitude, kilometres]`, in degrees
    (WGS 84). `search_page` is its page for readers, "" where it names none. Since `silent_since` it
    describes itself no more, and is asked nothing until it does again. `failures` are questions in
    a row that went wrong; until `rest_until` it is asked nothing (`operations`).

    Nothing of a reader is kept here.
    """

    address = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=120)
    search_page = models.CharField(max_length=300, blank=True)
    area = models.JSONField()
    added_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField()
    silent_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    rest_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
