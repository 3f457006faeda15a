"""What an order can be: how it is handed over, by which way it came, where it and its lines are,
and what a line of its history tells."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """How it reaches the customer."""

    COLLECT = "collect", _("collect in the shop")
    MAIL = "mail", _("by post")


class Channel(models.TextChoices):
    """How the order came in."""

    WEB = "web", _("on the web")
    API = "api", _("by API")
    PHONE = "phone", _("by phone")
    EMAIL = "email", _("by e-mail")
    COUNTER = "counter", _("at the counter")


class OrderStatus(models.TextChoices):
    """Where an order is. The allowed moves are `orders.lifecycle.MOVES`."""

    UNCONFIRMED = "unconfirmed", _("waiting for confirmation")
    PLACED = "placed", _("being prepared")
    SET_ASIDE = "set_aside", _("ready to collect")
    COLLECTED = "collected", _("collected")
    PREPARED = "prepared", _("ready to be posted")
    SHIPPED = "shipped", _("posted")
    DELIVERED = "delivered", _("delivered")
    NOT_FOUND = "not_found", _("not on the shelf")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("not collected in time")


OPEN_STATUSES = (
    OrderStatus.UNCONFIRMED,
    OrderStatus.PLACED,
    OrderStatus.SET_ASIDE,
    OrderStatus.PREPARED,
)


class LineStatus(models.TextChoices):
    """Where one line is: `held` from stock, `asked` of the shop without a hold, `to_order` from the
    supplier; `sent` when the last of its copies that are there has left by post."""

    HELD = "held", _("reserved")
    ASKED = "asked", _("asked for, not held yet")
    TO_ORDER = "to_order", _("to be ordered by the shop")
    COLLECTED = "collected", _("collected")
    SENT = "sent", _("posted")
    NOT_FOUND = "not_found", _("not on the shelf")
    RELEASED = "released", _("given back")


LIVE = (LineStatus.HELD, LineStatus.ASKED, LineStatus.TO_ORDER)
"""The lines of which something may still become."""


class EventKind(models.TextChoices):
    """What happened to an order."""

    PLACED = "placed", _("placed")
    CONFIRMED = "confirmed", _("confirmed")
    SET_ASIDE = "set_aside", _("set aside")
    NOT_FOUND = "not_found", _("not on the shelf")
    COLLECTED = "collected", _("collected")
    PAID = "paid", _("paid")
    PREPARED = "prepared", _("made ready to be posted")
    SENT_IN_PART = "sent_in_part", _("posted in part")
    SHIPPED = "shipped", _("posted")
    DELIVERED = "delivered", _("delivered")
    TAKEN_BACK = "taken_back", _("taken back")
    REVIVED = "revived", _("taken up again: the money came late")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    REMINDED = "reminded", _("reminded")
    LET_GO = "let_go", _("no longer held: nobody confirmed it in time")
    CHASED = "chased", _("the shop was asked to look")
    DEADLINE_MOVED = "deadline_moved", _("deadline moved")
    SHOP_MOVED = "shop_moved", _("kept by another shop from now on")
    ERASED = "erased", _("personal data erased")
