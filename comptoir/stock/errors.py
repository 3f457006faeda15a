"""What the stock refuses, with the data that says which copies."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict


class CopiesGone(Conflict):
    """Some of the copies asked for are no longer there; `data["lines"]` names every one of them."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        super().__init__(
            "copies_gone",
            _("Somebody was quicker: a copy you chose has just gone. Nothing was reserved."),
            lines=lines,
        )
