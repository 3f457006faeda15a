"""What a day's post refuses."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Invalid, NotFound, fill
from comptoir.core.words import spaced_code
from comptoir.orders.models import Order, OrderStatus


class NotToPost(Conflict):
    """Nothing of this order is to be posted now: it is collected, not paid for, or has ended; its
    `data["status"]` says which."""

    def __init__(self, order: Order) -> None:
        told = _("Nothing of the order %(code)s is to be posted now: %(status)s.")
        label = OrderStatus(order.status).label
        said = fill(told, code=spaced_code(order.code), status=label)
        super().__init__("not_to_post", said, status=order.status)


class TooMany(Conflict):
    """More copies than an order still has to be packed; `data["left"]` says how many those are."""

    def __init__(self, title: str, left: int) -> None:
        told = _("“%(title)s”: %(left)d more can be packed, and no more.")
        super().__init__("too_many_copies", fill(told, title=title, left=left), left=left)


class NotToLeave(Conflict):
    """A parcel holds copies of a line that are not to leave: their reader has withdrawn from them,
    or the shop has let them go; `data["quantity"]` says how many."""

    def __init__(self, title: str, quantity: int) -> None:
        told = _(
            "“%(title)s”: %(n)d in this parcel must not leave, for its reader has withdrawn or it"
            " was let go. Take everything out of the parcel, then pack the rest again."
        )
        said = fill(told, title=title, n=quantity)
        super().__init__("not_to_leave", said, title=title, quantity=quantity)


class TooManyRows(Invalid):
    """More rows, or parcels, than are done at once, `data["most"]`: nothing of them was done."""

    def __init__(self, most: int) -> None:
        told = _("At most %(most)d rows at once: nothing was noted. Send them in several parts.")
        super().__init__("too_many_rows", fill(told, most=most), most=most)


class NothingToPrint(Invalid):
    """Nothing is chosen to be printed; or, with `customs`, only what none of the parcels needs."""

    def __init__(self, *, customs: bool) -> None:
        told = _("Choose what is to be printed.")
        if customs:
            told = _(
                "None of these parcels has anything to declare to customs: choose slips or labels."
            )
        super().__init__("nothing_to_print", told, field="parts")


class NotInOrder(Conflict):
    """The copy that was scanned is of no title that this order still has to be packed."""

    def __init__(self, text: str) -> None:
        told = _("“%(text)s” is nothing that still goes into this order.")
        super().__init__("not_in_order", fill(told, text=text[:40]))


class NothingToFetch(Conflict):
    """No paid order waits for the copy that was scanned."""

    def __init__(self, text: str) -> None:
        told = _("No order to be posted waits for “%(text)s”.")
        super().__init__("nothing_to_fetch", fill(told, text=text[:40]))


class Handed(Conflict):
    """The parcel was handed to its carrier already: what is in it stays as it is."""

    def __init__(self) -> None:
        super().__init__("parcel_handed", _("This parcel has left already."))


class NotHanded(Conflict):
    """The parcel has not left yet."""

    def __init__(self) -> None:
        super().__init__("parcel_not_handed", _("This parcel has not left yet."))


class Numbered(Conflict):
    """The order has no parcel that waits for a number; `data["tracking"]` is the last one's."""

    def __init__(self, code: str, tracking: str) -> None:
        told = _("The parcels of %(code)s have their numbers already: change it at the parcel.")
        said = fill(told, code=spaced_code(code))
        super().__init__("parcel_numbered", said, tracking=tracking)


def no_such_parcel() -> NotFound:
    """Return the one answer for parcels that are not there and those of others."""
    return NotFound("no_such_parcel", _("There is no such parcel."))
