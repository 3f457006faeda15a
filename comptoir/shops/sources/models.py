"""By which sources a shop is known, and what the licence of each asks for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import enum_check


class Source(models.TextChoices):
    """Who says something of a shop, beside itself and whoever runs the installation."""

    FILE = "file", _("A file of the network")
    OSM = "osm", "OpenStreetMap"
    BAN = "ban", _("National address base")
    SIRENE = "sirene", _("Company registry")


class RegistryState(models.TextChoices):
    """What the company registry says of the establishment of a SIRET."""

    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")
    UNKNOWN = "unknown", _("not in the registry")


class Listing(models.Model):
    """That a source has a shop, under which of its own names (`ref`: `node/123`) and licence.

    Of OpenStreetMap it is one per object; of the others, which have no name for a shop that lasts,
    one per shop, and `ref` is the shop's key. `licence` is SPDX's word for it, "" is the network's
    own data. `said` is what is needed to ask better next time: `name`, as OpenStreetMap calls the
    shop; of the address base the address that was `asked` for, the `id` of its answer, and `doubt`,
    a code, where that was not taken. `gone_at` is when the source was first found to have it no
    more, or to call it closed.

    No personal data: neither names of owners nor of who edited an object are kept.
    """

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="listings")
    source = models.CharField(max_length=8, choices=Source)
    ref = models.CharField(max_length=40)
    licence = models.CharField(max_length=40, blank=True)
    said = models.JSONField(default=dict)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            enum_check("source", Source, "shops_listing_source"),
            models.UniqueConstraint(fields=["source", "ref"], name="shops_listing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.ref} @ {self.shop_id}"
