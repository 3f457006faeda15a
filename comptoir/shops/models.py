"""The directory: shops, what they do, when they are open, who works there."""

import re
from typing import Self, TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import ActedBy, ApiToken, PerhapsActedBy
from comptoir.core.db import enum_check
from comptoir.networks.models import Network, NetworkRole
from comptoir.networks.portal import portal
from comptoir.shops.circulars.models import Circular as Circular
from comptoir.shops.circulars.models import CircularCopy as CircularCopy
from comptoir.shops.circulars.models import CircularReading as CircularReading
from comptoir.shops.doors.models import Doors as Doors
from comptoir.shops.doors.models import DoorSpan as DoorSpan
from comptoir.shops.kinds import RingsUp as RingsUp
from comptoir.shops.kinds import ServiceKind as ServiceKind
from comptoir.shops.kinds import ShopKind as ShopKind
from comptoir.shops.kinds import SpecialityKind, StockShown, Wheelchair
from comptoir.shops.kinds import StaffRole as StaffRole
from comptoir.shops.page.models import ShopAct as ShopAct
from comptoir.shops.requests.models import JoinRequest as JoinRequest
from comptoir.shops.requests.models import MembershipOffer as MembershipOffer
from comptoir.shops.sources.models import Listing as Listing
from comptoir.shops.sources.models import RegistryState, Source

Row = TypeVar("Row", bound=models.Model)


class ShopQuerySet(models.QuerySet["Shop"]):
    """Reads of shops."""

    def open_to_public(self) -> Self:
        """Return the shops that the public may see where it is (`networks.portal`): all of them, or
        those that the portal shows."""
        found, shown = self.public_everywhere(), portal()
        if shown is None:
            return found
        if shown.network is None:
            return found.filter(pk=shown.shop_id)
        return found.filter(
            pk__in=Membership.objects.filter(network=shown.network).values("shop_id")
        )

    def public_everywhere(self) -> Self:
        """Return the shops that the public may see, whatever portal is asked."""
        return self.filter(paused_at=None)

    def of_network(self) -> Self:
        """Return the shops that have not left, hidden for now or not."""
        return self.filter(ended_at=None)

    def in_department(self, code: str) -> Self:
        """Return the shops of a French department, by the ranges of its postcodes."""
        ranges = {"2A": "20[01]", "2B": "20[2-9]"}
        return self.filter(postcode__regex=f"^{ranges.get(code.upper(), re.escape(code))}")

    def visible_to(self, actor: Actor) -> Self:
        """Return the shops whose counter this actor may use; none for a reader or a feed."""
        if actor.kind is ActorKind.USER:
            return self.filter(staff__user_id=actor.id, staff__user__is_active=True)
        if actor.kind is ActorKind.TOKEN:
            return self.filter(tokens__token_id=actor.id, tokens__token__revoked_at=None)
        return self if actor.kind is ActorKind.SYSTEM else self.none()

    def coordinated_by(self, actor: Actor) -> Self:
        """Return the shops of the networks that this person coordinates, once each."""
        if actor.kind is not ActorKind.USER or actor.id is None:
            return self.none()
        networks = Network.objects.visible_to(actor).filter(
            people__user_id=actor.id, people__role=NetworkRole.COORDINATOR
        )
        members = Membership.objects.filter(network__in=networks)
        return self.filter(pk__in=members.values("shop_id"))


class Shop(models.Model):
    """An independent shop. Distances are in metres, durations in minutes, coordinates in WGS 84."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=ShopKind)
    siret = models.CharField(max_length=14, unique=True, null=True, blank=True)
    street = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=5)
    city = models.CharField(max_length=80)
    latitude = models.FloatField(validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(validators=[MinValueValidator(-180), MaxValueValidator(180)])
    placed_in_town = models.BooleanField(
        default=False,
        db_default=False,
        help_text="the coordinates are those of its town: nobody gave its own",
    )
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    description = models.TextField(blank=True)
    opening_hours = models.CharField(max_length=500, blank=True, help_text="OSM syntax")
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    hold_days = models.PositiveSmallIntegerField(default=3)
    safety_stock = models.PositiveSmallIntegerField(default=0)
    asks_after = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        help_text="reservations not collected after which a person confirms, 0 never; one more, and"
        " they pay first",
    )
    rings_up = models.CharField(max_length=16, choices=RingsUp, default=RingsUp.AT_COLLECTION)
    told_delay = models.PositiveIntegerField(
        default=0, help_text="minutes between a feed's moment and its arrival, when it names none"
    )
    confirm_after = models.PositiveIntegerField(
        default=26 * 60, help_text="minutes after which a figure is “to be confirmed”"
    )
    wheelchair = models.CharField(
        max_length=8, choices=Wheelchair, blank=True, default="", db_default=""
    )
    stock_shown = models.CharField(
        max_length=8,
        choices=StockShown,
        default=StockShown.IN_STOCK,
        db_default=StockShown.IN_STOCK.value,
    )
    open_data = models.BooleanField(
        default=False,
        db_default=False,
        help_text="whether the shop agrees that its entry is given away as open data",
    )
    shares_stock = models.BooleanField(
        default=False,
        db_default=False,
        help_text="whether shops of its networks that do so too see its stock, and it theirs",
    )
    circulars_by_mail = models.BooleanField(
        default=True,
        db_default=True,
        help_text="whether its owners get messages of networks by mail too",
    )
    inventory_word = models.CharField(
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        help_text="the word of the address at which others fetch all it has; None: there is none",
    )
    host = models.CharField(
        max_length=253,
        unique=True,
        null=True,
        blank=True,
        help_text="the name under which its own portal answers; None: it has none",
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="since when it has left; then it is paused",
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    registry_state = models.CharField(
        max_length=8, choices=RegistryState, blank=True, default="", db_default=""
    )
    registry_checked_at = models.DateTimeField(null=True, blank=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = ShopQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("kind", ShopKind, "shops_shop_kind"),
            enum_check("rings_up", RingsUp, "shops_shop_rings_up"),
            enum_check("stock_shown", StockShown, "shops_shop_stock_shown"),
            models.CheckConstraint(
                condition=models.Q(wheelchair__in=["", *Wheelchair.values]),
                name="shops_shop_wheelchair",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="shops_shop_coordinates",
            ),
            # What hides a paused shop hides one that has left, in the version before this too.
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(paused_at__isnull=False),
                name="shops_shop_ended_is_paused",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shows_stock(self) -> bool:
        """Whether the public sees what it has."""
        return self.paused_at is None and self.stock_shown != StockShown.NOTHING

    def shown_of(self, copies: int) -> int:
        """Return how many of so many copies others are told of, as `stock_standing` has it."""
        if self.stock_shown == StockShown.EXACT:
            return copies
        return min(copies, 1) if self.stock_shown == StockShown.IN_STOCK else 0


class FormerSlug(models.Model):
    """A word by which a shop was named in addresses before it was renamed: these still lead to it,
    and no other shop gets the word."""

    slug = models.SlugField(max_length=80, unique=True)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class ShopScoped(models.QuerySet[Row]):
    """Reads of what belongs to a shop; `shop_path` leads from a row to its shop."""

    shop_path = "shop"

    def visible_to(self, actor: Actor) -> Self:
        """Return what belongs to the shops whose counter this actor may use."""
        return self.filter(**{f"{self.shop_path}__in": Shop.objects.visible_to(actor)})


class Service(models.Model):
    """One thing a shop offers besides its shelves, and how one uses it, in the shop's own words
    (“9:30–18:00, ask for Anne”)."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="services")
    kind = models.CharField(max_length=16, choices=ServiceKind)
    how = models.CharField(max_length=160, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            enum_check("kind", ServiceKind, "shops_service_kind"),
            models.UniqueConstraint(fields=["shop", "kind"], name="shops_service_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Speciality(models.Model):
    """One thing that a shop is known for."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="specialities")
    kind = models.CharField(max_length=16, choices=SpecialityKind)

    class Meta:
        constraints = [
            enum_check("kind", SpecialityKind, "shops_speciality_kind"),
            models.UniqueConstraint(fields=["shop", "kind"], name="shops_speciality_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Membership(ActedBy):
    """That a shop belongs to a network, since when, and who took it in."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="memberships")
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "network"], name="shops_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} @ {self.network_id}"


class Closure(models.Model):
    """Days on which a shop is exceptionally shut, both included, in the shop's own time zone."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="closures")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="shops_closure_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class Staff(models.Model):
    """Somebody who works in a shop."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs"
    )
    role = models.CharField(max_length=8, choices=StaffRole, default=StaffRole.STAFF)
    since = models.DateTimeField(
        null=True, blank=True, db_default=Now(), help_text="None: from before this was kept"
    )
    first_steps_hidden_at = models.DateTimeField(
        null=True, blank=True, help_text="since when this person wants no first steps shown"
    )

    class Meta:
        constraints = [
            enum_check("role", StaffRole, "shops_staff_role"),
            models.UniqueConstraint(fields=["shop", "user"], name="shops_staff_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.shop_id}"


class Invitation(ActedBy):
    """An invitation to work in a shop that was not taken up yet. The mail's link holds `nonce`,
    signed; an invitation that is sent again has another, and the older link is no longer good.

    Personal data: an address and a name that a manager typed, so that the mail can be sent and sent
    again. Gone when the invitation is taken up or withdrawn, and otherwise
    `COMPTOIR_ERASE_AFTER_DAYS` after it ended.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=8, choices=StaffRole, default=StaffRole.STAFF)
    nonce = models.CharField(max_length=32)
    sent_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            enum_check("role", StaffRole, "shops_invitation_role"),
            models.UniqueConstraint(fields=["shop", "email"], name="shops_invitation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} @ {self.shop_id}"


class ShopToken(models.Model):
    """The grant by which an API token acts for one shop."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="tokens")
    token = models.OneToOneField(ApiToken, on_delete=models.CASCADE, related_name="shop_grant")

    def __str__(self) -> str:
        return f"{self.token_id} @ {self.shop_id}"


class FieldOrigin(PerhapsActedBy):
    """Who wrote one field of a shop, when, and what an import of the directory offered for it last.

    `field` is a column of `Shop`, or `services`. `imported` says that the value that stands came
    out of a file; otherwise the actor wrote it, or nobody is named: it is older than this table.
    `offered` (None until an import offers anything) is in the form that the column stores, services
    as a sorted list; `offered_at` is when a file said so first.

    Personal data: the key of the account that wrote, so that shop and network can ask each other;
    kept until the field is written again or the shop is gone.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="origins")
    field = models.CharField(max_length=32)
    imported = models.BooleanField(default=False)
    source = models.CharField(
        max_length=8,
        choices=Source,
        blank=True,
        default="",
        db_default="",
        help_text="of what is imported: whose word it is; empty: a file, from before this was kept",
    )
    written_at = models.DateTimeField(null=True, blank=True)
    offered = models.JSONField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "field"], name="shops_fieldorigin_once")
        ]

    def __str__(self) -> str:
        return f"{self.field} @ {self.shop_id}"
