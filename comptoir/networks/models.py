"""Networks: the associations that gather shops, and who works for them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.networks.settings import NetworkSettings, read_settings


class NetworkRole(models.TextChoices):
    """What a person may do for a network: an editor writes its pages and reads its figures."""

    COORDINATOR = "coordinator", _("Coordinator")
    EDITOR = "editor", _("Editor")


class NetworkQuerySet(models.QuerySet["Network"]):
    """Reads of networks."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the networks whose office this actor may enter."""
        if actor.kind is ActorKind.USER:
            return self.filter(people__user_id=actor.id, people__user__is_active=True)
        return self if actor.kind is ActorKind.SYSTEM else self.none()


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

    objects = NetworkQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def decides(self) -> NetworkSettings:
        """What the network decides, what it left out as the installation has it."""
        return read_settings(self.settings)


class Logo(models.Model):
    """The logo of a network: a PNG made anew from what was sent. `digest` names what it shows."""

    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="logo")
    digest = models.CharField(max_length=32)
    content = models.BinaryField()
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.digest


class Coordinator(ActedBy):
    """Somebody who works for a network, in which role, since when, and who appointed them.

    Personal data: that an account's owner works for a network; gone when they are released.
    """

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offices"
    )
    role = models.CharField(max_length=12, choices=NetworkRole, default=NetworkRole.COORDINATOR)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            enum_check("role", NetworkRole, "networks_coordinator_role"),
            models.UniqueConstraint(fields=["network", "user"], name="networks_coordinator_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.network_id}"
