"""The refusals of the stock; their data names the copies."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Invalid, fill


class CopiesGone(Conflict):
    """Some of the copies wanted are no longer there; `data["lines"]` names every one of them."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        super().__init__(
            "copies_gone",
            _("Somebody was quicker: a copy you chose has just gone. Nothing was reserved."),
            lines=lines,
        )


class NotEnough(Conflict):
    """Fewer copies are on hand than somebody wants to take away."""

    def __init__(self, ean: str, wanted: int, on_hand: int) -> None:
        super().__init__(
            "not_enough",
            fill(
                _(
                    "Only %(on_hand)s on hand of %(ean)s, not %(wanted)s: count the shelf and "
                    "enter “there are n”, or enter what was received first."
                ),
                on_hand=on_hand,
                ean=ean,
                wanted=wanted,
            ),
            ean=ean,
            wanted=wanted,
            on_hand=on_hand,
        )


class BadMoment(Invalid):
    """A report names a moment that cannot be: one to come or, `too_old`, one long gone."""

    def __init__(self, as_of: str, *, too_old: bool = False) -> None:
        why = _("The moment %(as_of)s has not come yet: check the till's clock and time zone.")
        if too_old:
            why = _("The moment %(as_of)s is more than ten years ago: check the till's clock.")
        super().__init__(
            "old_moment" if too_old else "future_moment", fill(why, as_of=as_of), as_of=as_of
        )


class AlreadyReported(Conflict):
    """The feed has taken a report of this key: sent again, it would change nothing."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "already_told",
            _("This very file has been taken already: it would change nothing."),
            key=key,
        )
