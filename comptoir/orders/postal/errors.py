"""What is refused of orders that are posted."""

from collections.abc import Sequence

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Message, fill
from comptoir.core.money import format_cents
from comptoir.quotes.basket import Quote


class QuoteRefused(Conflict):
    """Something of a basket cannot be sold as it was asked for; `lines` says what and why, each by
    its title (empty for the whole), code and sentence, in `data` too."""

    def __init__(self, quote: Quote) -> None:
        lines: list[tuple[str, str, Message]] = [
            (line.item.product.title, line.refusal.code, line.refusal.message)
            for line in quote.lines
            if line.refusal
        ]
        if quote.refusal:
            lines.append(("", quote.refusal.code, quote.refusal.message))
        told = fill(_("It cannot be ordered so: %(why)s"), why=_in_words(lines))
        data = [{"title": title, "code": code, "message": str(why)} for title, code, why in lines]
        super().__init__("quote_refused", told, refused=data)


def _told(lines: Sequence[tuple[str, str, Message]]) -> str:
    return " ".join(f"{title}: {why}" if title else str(why) for title, _code, why in lines)


_in_words = lazy(_told, str)


class TotalChanged(Conflict):
    """The total is no longer what the reader was shown, in cents."""

    def __init__(self, shown: int, now: int) -> None:
        told = _("The price has changed: %(now)s instead of %(shown)s. Look again, then order.")
        words = {"now": format_cents(now), "shown": format_cents(shown)}
        super().__init__("total_changed", fill(told, **words), total_cents=now)


class NotPaid(Conflict):
    """It is posted once it is paid for."""

    def __init__(self) -> None:
        super().__init__("not_paid", _("This order is not paid for yet."))


class TooFewCopies(Conflict):
    """More copies of a line were named than there are of it just now."""

    def __init__(self, title: str, there: int) -> None:
        told = fill(_("Of “%(title)s” there are %(there)s."), title=title, there=there)
        super().__init__("too_few_copies", told, title=title, there=there)


class PartSent(Conflict):
    """A parcel has left: the order is not cancelled as a whole any more."""

    def __init__(self) -> None:
        told = _("A part of this order has been posted: say of the rest that it is not there.")
        super().__init__("part_sent", told)
