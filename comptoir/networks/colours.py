"""The colour of a portal: one accent, from which its other shades follow.

Links and titles are written in it on the pages' pale grounds, and white on it. Both must be
readable (WCAG 2.2, 1.4.3: 4.5 to 1): one that is not is refused, with the nearest darker one that
is.
"""

import colorsys
import re
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid

USUAL = "#7a1f2b"
"""The installation's own (`ui/comptoir.css`)."""
LEAST = 4.5
_GROUNDS = ("#ffffff", "#fbf7f0", "#f4ecdf")
"""White, paper and deep paper; what is readable on the darkest is so on all."""
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_STEP = 0.01

Rgb = tuple[float, float, float]


def read_colour(text: str) -> str:
    """Return a colour as `#rrggbb`, or "" for none. Raises `Invalid` (`bad_colour`; `pale_colour`
    with the `proposal` that would do)."""
    if not text.strip():
        return ""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        told = _("“%(text)s” is no colour: write six figures and letters, as in #1c5c3c.")
        raise Invalid("bad_colour", told % {"text": text[:20]}, field="accent")
    digits = found[1].lower()
    colour = "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    if not is_readable(colour):
        proposal = darker(colour)
        told = _("%(colour)s is too pale to be read on these pages: %(proposal)s would do.")
        said = told % {"colour": colour, "proposal": proposal}
        raise Invalid("pale_colour", said, field="accent", proposal=proposal)
    return colour


def is_readable(colour: str) -> bool:
    """Return whether text of a colour is readable on all grounds, and white text on it."""
    return all(contrast(colour, ground) >= LEAST for ground in _GROUNDS)


def darker(colour: str) -> str:
    """Return the colour nearest to one that is readable: the same hue, as dark as need be."""
    hue, light, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    while not is_readable(colour) and light > 0:
        light -= _STEP
        colour = _hex(colorsys.hls_to_rgb(hue, max(light, 0.0), saturation))
    return colour


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, *contrast ratio*)."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@lru_cache(maxsize=256)
def style(accent: str) -> str:
    """Return the style sheet that gives pages an accent (`#rrggbb`) and its shades."""
    deep = _mixed(accent, "#000000", 0.25)
    wash = _mixed(accent, "#fbf7f0", 0.9)
    return (
        "@layer tokens { :root { "
        f"--bordeaux: {accent}; --bordeaux-deep: {deep}; --bordeaux-wash: {wash};"
        " } }\n"
    )


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    red, green, blue = (a * (1 - share) + b * share for a, b in pairs)
    return _hex((red, green, blue))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the three parts of a colour, 0 to 255 each."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _rgb(colour: str) -> Rgb:
    red, green, blue = rgb(colour)
    return red / 255, green / 255, blue / 255


def _hex(parts: Rgb) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
