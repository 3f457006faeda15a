"""Covers drawn from words alone, for the titles whose publisher gives no image.

A book gets an upright cover (2:3), a record a square sleeve. The same words always give the same
drawing: palette and layout are chosen by a hash of them, so that two editions differ. What each
layout looks like stands in `templates/ui/covers/`; here is what it takes from the hash. The SVG
holds no script, no style sheet and no link, and every word in it is escaped.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string


@dataclass(frozen=True, slots=True)
class Palette:
    """Five colours that go together; `ink` reads on `ground` and `pale` on `deep`. `darker`: what
    stands for `deep` in letters, where `deep` itself does not read on `ground`."""

    ground: str
    ink: str
    deep: str
    pale: str
    spark: str
    darker: str = ""

    @property
    def title(self) -> str:
        """The colour of a title on `ground`."""
        return self.darker or self.deep


PALETTES = (
    Palette("#F4ECDC", "#2A211B", "#7A1F2B", "#FBF3E4", "#C98A2B"),
    Palette("#E9E4D4", "#1F2A2E", "#24505A", "#EFF4EE", "#D0703C"),
    Palette("#F3E3D3", "#33201A", "#A6492B", "#FFF3E6", "#2F4B4A"),
    Palette("#E3E8DF", "#1E2A22", "#2F5D45", "#F0F5EA", "#C7A13C"),
    Palette("#E8E3EA", "#241E33", "#473768", "#F5F0F8", "#C9785B"),
    Palette("#F2E9CF", "#2B2614", "#B58320", "#241D0A", "#6E2A24", darker="#7D560A"),
    Palette("#DFE6EC", "#17222F", "#1F3D63", "#EDF3F8", "#D99A3A"),
    Palette("#F1E1E0", "#331C20", "#93404F", "#FFF1F0", "#38574E"),
    Palette("#E6E2DA", "#201D1A", "#2B2826", "#F4EFE6", "#B5462F"),
    Palette("#E9EDE6", "#22302F", "#4C7A78", "#FFFFFF", "#8A3B2A"),
)


def draw(*, title: str, byline: str = "", foot: str = "", record: bool = False) -> str:
    """Return a cover as an SVG document: 200 × 300 for a book, 300 × 300 for a record."""
    seed = _seed(title, byline, foot)
    palette = PALETTES[seed[0] % len(PALETTES)]
    layouts = SLEEVES if record else JACKETS
    name, chosen = layouts[seed[1] % len(layouts)]
    words = {"title": title, "byline": byline, "foot": foot, "palette": palette}
    return render_to_string(f"ui/covers/{name}.svg", words | chosen(seed, palette))


def palette_of(title: str, byline: str = "", foot: str = "") -> Palette:
    """Return the colours in which a cover of these words is drawn."""
    return PALETTES[_seed(title, byline, foot)[0] % len(PALETTES)]


def _seed(title: str, byline: str, foot: str) -> bytes:
    return hashlib.blake2b(f"{title}|{byline}|{foot}".encode(), digest_size=8).digest()


Layout = Callable[[bytes, Palette], dict[str, Any]]


def _frame(_seed: bytes, _palette: Palette) -> dict[str, Any]:
    return {}


def _label(seed: bytes, _palette: Palette) -> dict[str, Any]:
    return {"top": 40 + seed[2] % 3 * 24}


def _sun(seed: bytes, _palette: Palette) -> dict[str, Any]:
    return {
        "across": 50 + seed[2] % 5 * 25,
        "radius": 38 + seed[3] % 4 * 7,
        "left": 200 + seed[4] % 20,
        "right": 246 - seed[5] % 16,
    }


def _spine(seed: bytes, _palette: Palette) -> dict[str, Any]:
    return {"height": 90 + seed[2] % 120}


def _tiles(seed: bytes, palette: Palette) -> dict[str, Any]:
    fills = (palette.spark, palette.ground, palette.pale)
    tiles = [
        {
            "x": index % 4 * 50,
            "y": 150 + index // 4 * 50,
            "turn": seed[2 + index % 6] // (1 + index // 6) % 4 * 90,
            "fill": fills[(seed[index % 8] + index) % 3],
        }
        for index in range(12)
    ]
    return {"tiles": tiles}


def _disc(seed: bytes, _palette: Palette) -> dict[str, Any]:
    return {"across": 200 + seed[2] % 60, "down": 214 + seed[3] % 20}


def _rings(seed: bytes, palette: Palette) -> dict[str, Any]:
    strokes = [palette.spark if index % 3 == seed[3] % 3 else palette.pale for index in range(11)]
    rings = [{"radius": 18 + index * 17, "stroke": stroke} for index, stroke in enumerate(strokes)]
    return {"across": (300, 0, 150)[seed[2] % 3], "rings": rings}


def _wave(seed: bytes, palette: Palette) -> dict[str, Any]:
    bars = []
    for index in range(23):
        swell = math.sin(index / 22 * math.pi) * 62 + 8
        half = swell * (0.45 + seed[index % 8] / 460)
        bars.append(
            {
                # In words: a template would write the numbers of a French page with commas.
                "x": f"{19 + index * 11.5:g}",
                "y": f"{206 - half:.1f}",
                "height": f"{half * 2:.1f}",
                "fill": palette.spark if index % 5 == seed[2] % 5 else palette.deep,
            }
        )
    return {"bars": bars}


def _quarters(seed: bytes, _palette: Palette) -> dict[str, Any]:
    return {"across": 75 + seed[2] % 2 * 150}


JACKETS: tuple[tuple[str, Layout], ...] = (
    ("frame", _frame),
    ("label", _label),
    ("sun", _sun),
    ("spine", _spine),
    ("tiles", _tiles),
)
SLEEVES: tuple[tuple[str, Layout], ...] = (
    ("disc", _disc),
    ("rings", _rings),
    ("wave", _wave),
    ("quarters", _quarters),
)
