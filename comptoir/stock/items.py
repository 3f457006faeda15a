"""From the till's own references to titles."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from comptoir.stock.feeds.lines import ItemLine, Line, RefusedLine, TakenLine


def resolve(lines: Iterable[Line]) -> Iterator[TakenLine]:
    """Yield the lines with EANs in place of the till's references; those unknown are refused."""
    for line in lines:
        if isinstance(line, ItemLine):
            text = _("This article has no EAN that we know: give it its EAN in the till.")
            yield RefusedLine(line.line, "unknown_item", text, line.item)
        else:
            yield line
