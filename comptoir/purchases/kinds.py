"""The words of purchases: how a supplier takes them, what it answers, what becomes of a line, what
is missing."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """How a supplier is sent a purchase."""

    MAIL = "mail", _("by e-mail")
    DILICOM = "dilicom", _("as a Dilicom file")
    OTHER = "other", _("by telephone or on its site")


class Answer(models.TextChoices):
    """What a supplier says of a line."""

    PARTLY = "partly", _("only some copies")
    LATER = "later", _("to come on a date")
    UNAVAILABLE = "unavailable", _("cannot be had")


class LineState(models.TextChoices):
    """Where a line of a purchase is: `ended` is one that the supplier does not send any more."""

    ORDERED = "ordered", pgettext_lazy("of a supplier", "ordered")
    RECEIVED = "received", pgettext_lazy("of a supplier", "received")
    ENDED = "ended", _("will not come")


class Step(models.TextChoices):
    """What happened to a purchase or to a line of it."""

    SENT = "sent", _("sent to the supplier")
    ANSWERED = "answered", _("answered by the supplier")
    RECEIVED = "received", pgettext_lazy("of a supplier", "received")
    ENDED = "ended", _("no longer expected")


class Lack(models.TextChoices):
    """What a purchase lacks to be written as Dilicom's message, and where it is filled in."""

    OWN_GLN = "own_gln", _("Your shop’s own GLN is missing: enter it under “Suppliers”.")
    SUPPLIER_GLN = "supplier_gln", _("The supplier’s GLN is missing: enter it at the supplier.")
    EAN = "ean", _("No title of the order has an EAN: order by text.")
    ROOM = "room", _("The order is too large for one message: load the Dilicom file.")
