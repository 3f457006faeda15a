"""What the stock chooses from: conditions, reasons, modes, states."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """New, or a used copy graded with the words of the record trade (Discogs), books included."""

    NEW = "new", _("new")
    MINT = "M", _("used, mint (M)")
    NEAR_MINT = "NM", _("used, near mint (NM)")
    VERY_GOOD_PLUS = "VG+", _("used, very good plus (VG+)")
    VERY_GOOD = "VG", _("used, very good (VG)")
    GOOD_PLUS = "G+", _("used, good plus (G+)")
    GOOD = "G", _("used, good (G)")
    FAIR = "F", _("used, fair (F)")
    POOR = "P", _("used, poor (P)")


class Reason(models.TextChoices):
    """Why the number moved. A reservation moves nothing: its copy still stands on the shelf."""

    TOLD = "told", _("the till said so")
    RECEIVED = "received", _("received")
    SOLD = "sold", _("sold at the counter")
    COLLECTED = "collected", _("collected by the reader")
    NOT_FOUND = "not_found", _("not on the shelf")
    COUNTED = "counted", _("counted by hand")
    WITHDRAWN = "withdrawn", _("withdrawn from sale")


class Sleeve(models.TextChoices):
    """The state of a record's sleeve, in the words of the record trade (Discogs)."""

    MINT = "M", _("sleeve mint (M)")
    NEAR_MINT = "NM", _("sleeve near mint (NM)")
    VERY_GOOD_PLUS = "VG+", _("sleeve very good plus (VG+)")
    VERY_GOOD = "VG", _("sleeve very good (VG)")
    GOOD_PLUS = "G+", _("sleeve good plus (G+)")
    GOOD = "G", _("sleeve good (G)")
    FAIR = "F", _("sleeve fair (F)")
    POOR = "P", _("sleeve poor (P)")
    NOT_GRADED = "NG", _("sleeve not graded")
    GENERIC = "GEN", _("generic sleeve")
    NO_COVER = "NC", _("no cover")


class TellingMode(models.TextChoices):
    """A snapshot means that what is absent is zero, a delta that it is unchanged.

    Sales are no figures of what is left: so many copies were sold up to the telling's moment.
    """

    SNAPSHOT = "snapshot", _("snapshot")
    DELTA = "delta", _("delta")
    SALES = "sales", _("sales")


class RunStatus(models.TextChoices):
    """What became of one telling."""

    APPLIED = "applied", _("applied")
    QUARANTINED = "quarantined", _("held back, to be checked")
    OUTDATED = "outdated", _("older than what is known: kept, changes nothing")
    REFUSED = "refused", _("refused")
    DISCARDED = "discarded", _("discarded after a check")
    PREVIEWED = "previewed", _("looked at before it is applied")


class Covers(models.TextChoices):
    """What a telling speaks of: what a snapshot leaves out is zero only within it."""

    NEW = "new", _("new copies only")
    ALL = "all", _("new and used copies")
    COPIES = "copies", _("one-off copies, each by its own reference")


class RunReason(models.TextChoices):
    """Why a telling was not simply applied."""

    EMPTIES = "empties", _("it would empty more than 40 per cent of what the shop has")
    REFUSALS = "refusals", _("more than 5 per cent of its lines are refused")
    NOTHING = "nothing", _("none of its lines can be read")
    OUTDATED = "outdated", _("something newer is already known")
