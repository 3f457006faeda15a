"""The one tag of the drawn covers: words fitted into a box."""

from django import template

from comptoir.ui.letters import set_lines

register = template.Library()


@register.inclusion_tag("ui/covers/words.svg")
def words(
    text: str,
    *,
    x: int,
    y: int,
    width: int,
    height: int,
    largest: float,
    fill: str,
    start: bool = False,
    sans: bool = False,
    bold: bool = False,
) -> dict[str, object]:
    """Set a text as large as fits into a box, at most `largest`, its lines centred on the height.

    `x` is where its lines begin (`start`), else their middle. No text, no element.
    """
    lines, size = set_lines(text, y, width, height, largest, bold=bold) if text else ([], "")
    return {"lines": lines, "size": size, "x": x, "fill": fill} | {
        "start": start,
        "sans": sans,
        "bold": bold,
    }
