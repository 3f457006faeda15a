"""What papers refuse."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Message, NotFound, fill


def not_paid_here() -> Conflict:
    """Return the refusal of an invoice for what was not paid beforehand: the shop's till gives the
    receipt of what is paid in the shop."""
    told = _(
        "There is an invoice here for what was paid in advance alone. For what is paid in the shop,"
        " its till gives the receipt."
    )
    return Conflict("not_paid_here", told)


def not_paid_yet() -> Conflict:
    """Return the refusal of an invoice for an order whose money has not come, or went back."""
    told = _("This order is not paid, or was paid back: there is nothing to invoice.")
    return Conflict("not_paid", told)


def reader_erased() -> Conflict:
    """Return the refusal of an invoice whose buyer is not known any more."""
    told = _("The reader’s data was erased: an invoice cannot name them any more.")
    return Conflict("reader_erased", told)


def lacks(fields: Sequence[str], words: Sequence[Message]) -> Conflict:
    """Return the refusal of an invoice to a shop of which law's mentions are not known. `fields`
    are names of columns; `words` what they are called."""
    told = fill(
        _(
            "An invoice must say more of the shop than is written here. The owner fills in, at the"
            " counter, The shop, Invoices: %(what)s."
        ),
        what=_Listed(words),
    )
    return Conflict("shop_lacks", told, fields=list(fields))


def no_such_paper(number: str) -> NotFound:
    """Return the refusal of a paper that a shop has not issued."""
    return NotFound("no_such_paper", _("There is no such invoice."), number=number)


class _Listed:
    """Words in a row, in the language in which they are shown."""

    def __init__(self, words: Sequence[Message]) -> None:
        self._words = words

    def __str__(self) -> str:
        return ", ".join(str(word) for word in self._words)
