"""Alerts, and how far the outbox was read for them."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.networks.models import Network
from comptoir.shops.models import Shop


class Wanted(models.TextChoices):
    """Which copies somebody waits for."""

    ANY = "any", _("New or second-hand")
    NEW = "new", _("New only")
    USED = "used", _("Second-hand only")


class AlertQuerySet(models.QuerySet["Alert"]):
    """Reads of alerts."""

    def confirmed(self) -> Self:
        """Return those whose address its owner confirmed."""
        return self.filter(confirmed_at__isnull=False)


class Alert(models.Model):
    """That somebody wants one mail when a title is back near them.

    It is found out by a link of a mail, or by the browser's mark of a person, that the address is
    theirs: `confirmed_at`. From then on it waits, until `ends_at` (UTC) at most. `due_at`: copies
    were found, and from this moment on a mail may say so. `mail` is what the mail on its way is
    `about` (`notifications.Message`): the link of confirmation, later the news. The row goes when
    the news has left, when its mail cannot leave, when its time is over, or at a click.

    The place is a point as `places.to_a_kilometre` rounds it; `place` is the gazetteer's
    name of it, empty where the browser told its position; `radius_km` is around it. `nonce` is what
    its links name (`alerts.links`).

    Personal data: the address, its keyed hash, the place and which title is wanted; kept in plain
    while the alert waits, because it is written to, and deleted with the row.
    """

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    wanted = models.CharField(max_length=4, choices=Wanted, default=Wanted.ANY)
    place = models.CharField(max_length=100, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_km = models.PositiveSmallIntegerField()
    network = models.ForeignKey(
        Network,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="under whose host it was asked for: only its members answer",
    )
    shop = models.ForeignKey(
        Shop,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="at whose own address it was asked for: no other answers",
    )
    email = models.EmailField()
    email_key = models.CharField(max_length=64)
    language = models.CharField(max_length=5, default="fr")
    nonce = models.CharField(max_length=16)
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=40, blank=True, default="", db_default="")

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("wanted", Wanted, "alerts_alert_wanted"),
            models.UniqueConstraint(fields=["nonce"], name="alerts_alert_nonce"),
            models.CheckConstraint(
                condition=models.Q(due_at=None) | ~models.Q(confirmed_at=None),
                name="alerts_alert_due_confirmed",
            ),
        ]
        indexes = [
            # It serves the foreign key too.
            models.Index(fields=["product"], name="alerts_alert_product"),
            models.Index(fields=["email_key"], name="alerts_alert_person"),
            models.Index(fields=["ends_at"], name="alerts_alert_ends"),
            models.Index(
                fields=["email_key", "id"],
                condition=models.Q(due_at__isnull=False, mail=""),
                name="alerts_alert_due",
            ),
            models.Index(
                fields=["mail"],
                condition=~models.Q(mail=""),
                name="alerts_alert_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk} on {self.product_id}"


class Followed(models.Model):
    """Up to where the outbox was read for alerts: one row."""

    xid = models.BigIntegerField()
    entry = models.BigIntegerField()
    moved_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.xid}:{self.entry}"
