"""Setting words on a drawn cover: how wide they are, where lines break, what size fits a box.

Fonts differ from reader to reader, so widths are those of a wide serif: what fits here fits there.
"""

# Words that a French line does not end with: they go with what follows.
CLINGING = frozenset(
    [
        "a",
        "à",
        "au",
        "aux",
        "d’",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l’",
        "la",
        "le",
        "les",
        "mon",
        "ma",
        "mes",
        "ou",
        "où",
        "par",
        "pour",
        "sa",
        "ses",
        "son",
        "sous",
        "sur",
        "un",
        "une",
        "the",
        "of",
        "and",
        "an",
        "in",
        "on",
        "to",
    ]
)
LONGEST = 90


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a wide serif, in the unit of `size`."""
    narrow = sum(character in "iljtfrI.,;:!’'|()" for character in text)
    wide = sum(character in "mwMW@%œŒ—" or character.isupper() for character in text)
    spaces = text.count(" ")
    rest = len(text) - narrow - wide - spaces
    return size * (0.36 * narrow + 0.84 * wide + 0.34 * spaces + 0.61 * rest)


def break_lines(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines no wider than `width`, small words staying with what follows."""
    groups: list[str] = []
    for word in text.split():
        if groups and groups[-1].split()[-1].lower() in CLINGING:
            groups[-1] += f" {word}"
        else:
            groups.append(word)
    lines: list[str] = []
    for group in groups:
        if lines and text_width(f"{lines[-1]} {group}", size) <= width:
            lines[-1] += f" {group}"
        elif text_width(group, size) <= width:
            lines.append(group)
        else:
            lines.extend(_pack(group.split(), size, width))
    return lines


def _pack(words: list[str], size: float, width: float) -> list[str]:
    lines = words[:1]
    for word in words[1:]:
        if text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def fit(text: str, width: float, height: float, largest: float = 30) -> tuple[list[str], float]:
    """Return the lines and the largest size at which a text fits a box; a very long one is cut."""
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    size = largest
    while size > 9:
        lines = break_lines(text, size, width)
        tall = len(lines) * size * 1.16
        if tall <= height and all(text_width(line, size) <= width for line in lines):
            return lines, size
        size -= 1
    return break_lines(text, size, width), size


def set_lines(
    text: str, y: float, width: float, height: float, largest: float, *, bold: bool
) -> tuple[list[tuple[str, str]], str]:
    """Return the lines of a text fitted into a box and centred on its height, each with its base
    line, and their size: numbers as SVG writes them."""
    lines, size = fit(text, width / 1.14 if bold else width, height, largest)
    step = size * 1.16
    first = y + (height - step * len(lines)) / 2 + size * 0.88
    return [(f"{first + index * step:.1f}", line) for index, line in enumerate(lines)], f"{size:g}"
