"""What `payments` refuses, in words on which somebody can act."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, DomainError, Invalid, NotFound


class NoKey(Conflict):
    """The secrets of an account cannot be read: the key that encrypted them is not here."""

    def __init__(self) -> None:
        told = _(
            "The key to this shop’s payment account is missing on this installation: nobody can pay"
            " until its operator puts it back (COMPTOIR_PAYMENTS_KEY), or the owner enters the"
            " account again."
        )
        super().__init__("no_payment_key", told)


class Silent(DomainError):
    """A provider did not answer, or not as it should: what was asked may have been done. Ask again
    by the same key."""

    def __init__(self) -> None:
        told = _("The payment service does not answer: try again in a moment. Nothing was charged.")
        super().__init__("provider_silent", told)


class Refused(Conflict):
    """A provider said no, for good; `data["said"]` is its own code."""

    def __init__(self, said: str) -> None:
        told = _("The payment service refused: look at the account’s settings, then try again.")
        super().__init__("provider_refused", told, said=said[:200])


class BadSignature(Invalid):
    """A notice that no provider signed with this account's secret, or too long ago."""

    def __init__(self) -> None:
        told = _("This notice is not signed by the provider of this account.")
        super().__init__("bad_signature", told)


class NothingToPay(Conflict):
    """An order of which nothing is to be paid, now or any more."""

    def __init__(self) -> None:
        told = _("Nothing is to be paid for this order: it is paid, or it has ended.")
        super().__init__("nothing_to_pay", told)


class OtherPage(Conflict):
    """A page to pay an order that another one, asked for in the same moment, has taken the place
    of."""

    def __init__(self) -> None:
        told = _("Another page to pay this order was opened in this moment: pay there, or go back.")
        super().__init__("other_payment_page", told)


class NoWayToPay(Conflict):
    """A shop that takes no money in this way."""

    def __init__(self) -> None:
        told = _("This shop takes no payment in this way: choose another one, or call the shop.")
        super().__init__("no_way_to_pay", told)


class NotPaidBack(Conflict):
    """More would go back than came in, or was paid for the line."""

    def __init__(self, most: int) -> None:
        told = _("At most what was paid and has not gone back yet can go back: look at the sum.")
        super().__init__("too_much_back", told, most_cents=most)


class MoneyMoved(Conflict):
    """Something of an order went back since its page was shown to who wants to pay back."""

    def __init__(self) -> None:
        told = _(
            "Something went back meanwhile: look at what stands here before you pay back more."
        )
        super().__init__("money_moved", told)


def no_such_account() -> NotFound:
    """Return the refusal of an account that the actor's shop does not have."""
    return NotFound("no_such_account", _("There is no such payment account."))


def no_such_payment() -> NotFound:
    """Return the refusal of a payment that is not there for whoever asks."""
    return NotFound("no_such_payment", _("There is no such payment."))


def no_such_refund() -> NotFound:
    """Return the refusal of a refund that is not there for whoever asks."""
    return NotFound("no_such_refund", _("There is no such refund."))
