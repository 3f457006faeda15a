"""Who asks to join with a shop, and which membership waits for the other side's word."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import ActedBy, PerhapsActedBy, User
from comptoir.core.db import enum_check
from comptoir.networks.models import Network


class RequestState(models.TextChoices):
    """Where a request is: nobody is shown one before its asker's own address has confirmed it."""

    ASKED = "asked", _("not confirmed yet")
    CONFIRMED = "confirmed", _("waiting for an answer")
    OPENED = "opened", _("opened")
    DECLINED = "declined", _("declined")


class RegistryWord(models.TextChoices):
    """What the company registry says of the SIRET of a request."""

    NOT_ASKED = "off", _("no registry is set: look yourself")
    WAITS = "waits", _("the registry is being asked")
    ACTIVE = "active", _("active in the registry")
    CLOSED = "closed", _("closed, says the registry")
    UNKNOWN = "unknown", _("the registry does not know this SIRET")
    HIDDEN = "hidden", _("active in the registry, which shows no more of it")
    DOWN = "down", _("the registry does not answer just now: look yourself")


class KnownWord(models.TextChoices):
    """What the address that the directory has of the shop says."""

    NONE = "none", _("the directory has no address to ask")
    WAITS = "waits", _("the shop’s own address has not answered yet")
    SAME = "same", _("asked from the shop’s own address")
    YES = "yes", _("the shop’s own address says: yes, it is us")
    NO = "no", _("the shop’s own address says: no, we did not ask")


class RequestQuerySet(models.QuerySet["JoinRequest"]):
    """Reads of requests."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the confirmed requests that this actor may answer: those to the networks they work
        for, and those to none for who runs the installation."""
        shown = self.exclude(state=RequestState.ASKED)
        if actor.kind is ActorKind.SYSTEM:
            return shown
        mine = models.Q(network__in=Network.objects.visible_to(actor))
        if runs_installation(actor):
            mine |= models.Q(network=None)
        return shown.filter(mine)


def runs_installation(actor: Actor) -> bool:
    """Return whether an actor runs the installation: the command line, or an operator."""
    if actor.kind is not ActorKind.USER or actor.id is None:
        return actor.kind is ActorKind.SYSTEM
    return User.objects.filter(pk=actor.id, is_superuser=True, is_active=True).exists()


class JoinRequest(PerhapsActedBy):
    """That somebody asks to join a network with a shop, or (`network` None) the installation alone.

    `shop` is the listed shop that is claimed, or that the request turned out to be about; `entry`
    what was given of the shop, in the form that its columns have. `nonce` is in the links of the
    mails, signed. `registry` and `known` are what the company registry and the shop's own address
    say. The actor is who answered.

    Personal data: name, address, telephone and words of who asks, so that the network can answer;
    erased at `ends_at`, or `COMPTOIR_ERASE_AFTER_DAYS` after the answer.
    """

    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, null=True, blank=True, related_name="requests"
    )
    shop = models.ForeignKey(
        "shops.Shop", on_delete=models.CASCADE, null=True, blank=True, related_name="requests"
    )
    entry = models.JSONField(default=dict)
    asker_name = models.CharField(max_length=120)
    asker_email = models.EmailField()
    asker_phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    message = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="fr")
    nonce = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    known = models.CharField(max_length=8, choices=KnownWord, default=KnownWord.NONE)
    registry = models.CharField(max_length=8, choices=RegistryWord, default=RegistryWord.NOT_ASKED)
    registry_says = models.CharField(max_length=400, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [enum_check("state", RequestState, "shops_joinrequest_state")]
        indexes = [
            models.Index(fields=["network", "state", "asked_at"], name="shops_joinrequest_of"),
            models.Index(fields=["ends_at"], name="shops_joinrequest_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.called}"

    @property
    def called(self) -> str:
        """What the shop is called."""
        return self.shop.name if self.shop else str(self.entry.get("name", ""))

    @property
    def is_pending(self) -> bool:
        """Whether it waits for an answer."""
        return self.state == RequestState.CONFIRMED


class Side(models.TextChoices):
    """Who offered a membership: the other one accepts it."""

    SHOP = "shop", _("the shop")
    NETWORK = "network", _("the network")


class MembershipOffer(ActedBy):
    """A membership that one side offered, and that waits for the other's word; gone when it is
    accepted, declined or taken back.

    Personal data: the key of the account that offered it.
    """

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="offers_to_join")
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="offers_to_join")
    side = models.CharField(max_length=8, choices=Side)
    offered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            enum_check("side", Side, "shops_membershipoffer_side"),
            models.UniqueConstraint(fields=["shop", "network"], name="shops_membershipoffer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} @ {self.network_id}"
