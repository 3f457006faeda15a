"""Steps inside the transaction of a verb: the turn, the line of history, texts as they are kept."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Invalid, fill
from comptoir.core.locks import Space, lock
from comptoir.core.text import SPACES, one_line, plain_lines
from comptoir.events.models import Deed, Event, WindowChange
from comptoir.shops.models import Shop


def take_turn() -> None:
    """Wait for the one turn at changing windows, and hold it until the transaction ends.

    Lines of history so get their keys in the order of their commits. A change takes milliseconds,
    and a region writes some in an hour.
    """
    lock(Space.WINDOWS)


def note(
    shop: Shop,
    deed: Deed,
    *,
    actor: Actor,
    at: datetime,
    product_id: int | None = None,
    event: Event | None = None,
) -> None:
    """Write a line of history. A step: whoever calls it holds the turn."""
    WindowChange.objects.create(
        shop=shop,
        product_id=product_id,
        event=event,
        deed=deed,
        happened_at=at,
        **acted_by(actor),
    )


def read_text(text: str, longest: int, field: str, *, needed: bool) -> str:
    """Return a text of several lines as it is kept: plain, without space around it.

    Raises `Invalid` (`missing`, `too_long`, `bad_text`).
    """
    return _checked(plain_lines(text), longest, field, needed=needed)


def read_line(text: str, longest: int, field: str, *, needed: bool = False) -> str:
    """Return a text of one line as it is kept. Raises `Invalid` (`missing`, `too_long`)."""
    return _checked(one_line(text), longest, field, needed=needed)


def _checked(found: str, longest: int, field: str, *, needed: bool) -> str:
    if not found and needed:
        raise Invalid("missing", _("This must not be empty."), field=field)
    if len(found) > longest:
        told = _("This is too long: %(length)d characters, %(longest)d at most.")
        raise Invalid(
            "too_long", fill(told, length=len(found), longest=longest), field=field, longest=longest
        )
    if any(not (sign.isprintable() or sign in SPACES) for sign in found):
        told = _("This text has signs that cannot be shown: type it, or paste it as plain text.")
        raise Invalid("bad_text", told, field=field)
    return found
