"""How an order is handed over, by which way it came, and what a line of its history tells."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """How it reaches the customer."""

    COLLECT = "collect", _("collect in the shop")


class Channel(models.TextChoices):
    """How the order came in."""

    WEB = "web", _("on the web")
    API = "api", _("by API")
    PHONE = "phone", _("by phone")
    EMAIL = "email", _("by e-mail")
    COUNTER = "counter", _("at the counter")


class EventKind(models.TextChoices):
    """What happened to an order."""

    PLACED = "placed", _("placed")
    CONFIRMED = "confirmed", _("confirmed")
    SET_ASIDE = "set_aside", _("set aside")
    NOT_FOUND = "not_found", _("not on the shelf")
    COLLECTED = "collected", _("collected")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    REMINDED = "reminded", _("reminded")
    LET_GO = "let_go", _("no longer held: nobody confirmed it in time")
    CHASED = "chased", _("the shop was asked to look")
    DEADLINE_MOVED = "deadline_moved", _("deadline moved")
    SHOP_MOVED = "shop_moved", _("kept by another shop from now on")
    ERASED = "erased", _("personal data erased")
