"""What exchanges between shops refuse."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, NotFound, fill
from comptoir.exchanges.models import TransferStatus


class NotShared(Conflict):
    """A shop that does not share its stock with colleagues sees nobody's, and asks nobody."""

    def __init__(self) -> None:
        super().__init__(
            "stock_not_shared",
            _(
                "Your shop does not share its stock with colleagues, so it does not see theirs: its"
                " owner changes that under “Shop”, “Our page”, “What others see”."
            ),
        )


class TransferMoved(Conflict):
    """The transfer is no longer in a state from which this can be done: it is in
    `data["status"]`."""

    def __init__(self, status: str) -> None:
        told = _("This cannot be done any more: the copy is already “%(status)s”.")
        super().__init__(
            "transfer_moved", fill(told, status=TransferStatus(status).label), status=status
        )


class OthersMove(Conflict):
    """This is for the shop of the other side of a transfer to do."""

    def __init__(self) -> None:
        super().__init__("others_move", _("It is for the other shop to say this, not for yours."))


class NoCopyFree(Conflict):
    """The shop that was asked has no copy left to promise."""

    def __init__(self, title: str) -> None:
        told = _(
            "No copy of “%(title)s” is free any more: it is reserved, sold or kept back. Refuse, or"
            " correct the stock first."
        )
        super().__init__("no_copy_free", fill(told, title=title))


def no_such_transfer() -> NotFound:
    """Return the one answer for transfers that are not there and those of others."""
    return NotFound("no_such_transfer", _("There is no such copy between your shop and another."))


def no_such_colleague() -> NotFound:
    """Return the one answer for shops that are not there, are of no network of the asker's, or do
    not share their stock."""
    return NotFound(
        "no_such_colleague",
        _("This shop is none of your networks, or does not share its stock with colleagues."),
    )
