"""What purchases refuse."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Invalid, Message, NotFound, fill
from comptoir.purchases.kinds import Lack


class ListMoved(Conflict):
    """The list is no longer the one that was looked at: nothing was ordered."""

    def __init__(self) -> None:
        told = _("The list has changed meanwhile, and nothing was ordered: look, then send it.")
        super().__init__("list_moved", told)


class NothingToOrder(Conflict):
    """There is nothing on the list of this supplier."""

    def __init__(self) -> None:
        super().__init__("nothing_to_order", _("Nothing is on the list of this supplier."))


class LineClosed(Conflict):
    """All copies of a line have come, or none will."""

    def __init__(self) -> None:
        super().__init__("line_closed", _("Nothing is awaited of this line any more."))


class ArrivalClosed(Conflict):
    """The arrival was put away already: what is scanned now belongs to the next one."""

    def __init__(self) -> None:
        told = _("This delivery is put away already: scan again, in the next one.")
        super().__init__("arrival_closed", told)


class CartonKnown(Conflict):
    """The carton of this number has been scanned."""

    def __init__(self, sscc: str) -> None:
        told = _("This carton (%(sscc)s) has been scanned already.")
        super().__init__("carton_known", fill(told, sscc=sscc), sscc=sscc)


class MessageLacks(Conflict):
    """A purchase cannot be written as Dilicom's message: something is missing, named by `lacks`."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        told: Message = _("The Dilicom message cannot be written. %(lacks)s")
        missing = " ".join(str(each.label) for each in lacks)
        super().__init__("message_lacks", fill(told, lacks=missing), lacks=[*lacks])


class NoDistributor(Conflict):
    """Of a title's distributor no notice says anything, or none does any more."""

    def __init__(self) -> None:
        super().__init__("no_distributor", _("No notice says who distributes this title."))


def no_such_supplier() -> NotFound:
    """Return the one answer for suppliers that are not there and those of other shops."""
    return NotFound("no_such_supplier", _("The shop has no such supplier."))


def no_such_purchase() -> NotFound:
    """Return the one answer for purchases that are not there and those of other shops."""
    return NotFound("no_such_purchase", _("The shop has no such purchase."))


def no_such_scan() -> NotFound:
    """Return the one answer for scans that are not there and those of other shops."""
    return NotFound("no_such_scan", _("There is no such scan."))


def bad_label(told: object) -> Invalid:
    """Return the refusal of a carton's label that says nothing that can be counted."""
    return Invalid("bad_label", told, field="code")  # type: ignore[arg-type]
