"""What alerts refuse."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comptoir.core.errors import Conflict, NotFound, fill
from comptoir.stock.shelf.standing import ShopOffer


class HereAlready(Conflict):
    """There is nothing to wait for: shops near have it now, with these `offers`, nearest first."""

    def __init__(self, offers: Sequence[ShopOffer]) -> None:
        super().__init__("here_already", _("It is on a shelf near you now: no need to wait."))
        self.offers = offers


class TooManyAlerts(Conflict):
    """This person already waits for as many titles as one may."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "too_many_alerts",
            fill(
                ngettext_lazy(
                    "You already wait for %(limit)d title: end that alert first, by the link of"
                    " its mail.",
                    "You already wait for %(limit)d titles: end one of these alerts first, by the"
                    " link of its mail.",
                    limit,
                ),
                limit=limit,
            ),
            limit=limit,
        )


def alert_is_over() -> NotFound:
    """Return the answer to a link whose alert was used, was ended, or whose time is over."""
    return NotFound("alert_is_over", _("This alert is over, and what was kept for it is erased."))


def damaged_link() -> NotFound:
    """Return the answer to a link that Comptoir did not write, or that was cut."""
    return NotFound(
        "damaged_link",
        _(
            "This link is incomplete or damaged. Open the mail again and copy the whole line of the"
            " link, to its last character, into the address bar."
        ),
    )
