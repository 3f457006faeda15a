"""Covers drawn from words alone, for the titles whose publisher gives no image.

A book gets an upright cover (2:3), a record a square sleeve. The same words always give the same
drawing: palette and layout are chosen by a hash of them, so that two editions differ. The SVG holds
no script, no style sheet and no link, and every word in it is escaped.
"""

import hashlib
import math
from dataclasses import dataclass

from comptoir.ui.letters import SANS, block


@dataclass(frozen=True, slots=True)
class Palette:
    """Four colours that go together; `ink` reads on `ground` and `pale` on `deep`."""

    ground: str
    ink: str
    deep: str
    pale: str
    spark: str


PALETTES = (
    Palette("#F4ECDC", "#2A211B", "#7A1F2B", "#FBF3E4", "#C98A2B"),
    Palette("#E9E4D4", "#1F2A2E", "#24505A", "#EFF4EE", "#D0703C"),
    Palette("#F3E3D3", "#33201A", "#A6492B", "#FFF3E6", "#2F4B4A"),
    Palette("#E3E8DF", "#1E2A22", "#2F5D45", "#F0F5EA", "#C7A13C"),
    Palette("#E8E3EA", "#241E33", "#473768", "#F5F0F8", "#C9785B"),
    Palette("#F2E9CF", "#2B2614", "#B58320", "#241D0A", "#6E2A24"),
    Palette("#DFE6EC", "#17222F", "#1F3D63", "#EDF3F8", "#D99A3A"),
    Palette("#F1E1E0", "#331C20", "#93404F", "#FFF1F0", "#38574E"),
    Palette("#E6E2DA", "#201D1A", "#2B2826", "#F4EFE6", "#B5462F"),
    Palette("#E9EDE6", "#22302F", "#4C7A78", "#FFFFFF", "#8A3B2A"),
)


def draw(*, title: str, byline: str = "", foot: str = "", record: bool = False) -> str:
    """Return a cover as an SVG document: 200 × 300 for a book, 300 × 300 for a record."""
    seed = hashlib.blake2b(f"{title}|{byline}|{foot}".encode(), digest_size=8).digest()
    palette = PALETTES[seed[0] % len(PALETTES)]
    width = 300 if record else 200
    layouts = SLEEVES if record else JACKETS
    body = layouts[seed[1] % len(layouts)](Words(title, byline, foot), palette, seed)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 300"'
        f' width="{width * 2}" height="600">{body}</svg>'
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What a cover says."""

    title: str
    byline: str
    foot: str


def _ground(width: int, fill: str) -> str:
    return f'<rect width="{width}" height="300" fill="{fill}"/>'


def _byline(words: Words, x: float, y: float, width: float, fill: str, anchor: str) -> str:
    return block(
        words.byline,
        x=x,
        y=y,
        width=width,
        height=34,
        fill=fill,
        anchor=anchor,
        largest=13,
    )


def _foot(words: Words, x: float, fill: str, anchor: str) -> str:
    return block(
        words.foot,
        x=x,
        y=272,
        width=165,
        height=16,
        fill=fill,
        anchor=anchor,
        largest=9.5,
        family=SANS,
    )


def framed(words: Words, palette: Palette, seed: bytes) -> str:  # noqa: ARG001
    """Return a quiet cover: a double rule around the words, the title in colour."""
    return (
        _ground(200, palette.ground)
        + f'<rect x="11" y="11" width="178" height="278" fill="none" stroke="{palette.ink}"/>'
        + f'<rect x="15" y="15" width="170" height="270" fill="none" stroke="{palette.deep}"'
        ' stroke-width="2"/>'
        + _byline(words, 100, 34, 150, palette.ink, "middle")
        + block(
            words.title, x=100, y=74, width=150, height=130, fill=palette.deep, largest=29
        ).replace("#B58320", "#7D560A")
        + f'<path d="M88 226h24" stroke="{palette.spark}" stroke-width="2"/>'
        + block(
            words.foot,
            x=100,
            y=254,
            width=150,
            height=16,
            fill=palette.ink,
            largest=9.5,
            family=SANS,
        )
    )


def banded(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a cover in full colour with the title on a pale label, high or low."""
    top = 40 + seed[2] % 3 * 24
    stripes = "".join(
        f'<path d="M0 {y}h200" stroke="{palette.spark}" stroke-width="2" opacity=".55"/>'
        for y in range(212, 262, 7)
    )
    return (
        _ground(200, palette.deep)
        + stripes
        + f'<rect x="16" y="{top}" width="168" height="140" fill="{palette.ground}"/>'
        + block(words.title, x=100, y=top + 10, width=148, height=84, fill=palette.ink, largest=26)
        + _byline(words, 100, top + 98, 148, palette.ink, "middle")
        + _foot(words, 100, palette.pale, "middle")
    )


def sunlit(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a cover with a sun over a horizon and the title above."""
    across = 50 + seed[2] % 5 * 25
    radius = 38 + seed[3] % 4 * 7
    hills = (
        f'<circle cx="{across}" cy="206" r="{radius}" fill="{palette.spark}"/>'
        f'<path d="M0 226C50 {200 + seed[4] % 20} 90 {246 - seed[5] % 16} 200 214V300H0Z"'
        f' fill="{palette.deep}"/>'
    )
    return (
        _ground(200, palette.ground)
        + hills
        + block(
            words.title,
            x=18,
            y=20,
            width=166,
            height=100,
            fill=palette.ink,
            anchor="start",
            largest=28,
        )
        + _byline(words, 18, 122, 164, palette.ink, "start")
        + _foot(words, 18, palette.pale, "start")
    )


def spined(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a cover split upright: a coloured third with rings, the words on the rest."""
    rings = "".join(
        f'<circle cx="0" cy="{90 + seed[2] % 120}" r="{radius}" fill="none"'
        f' stroke="{palette.pale}" stroke-width="2.5" opacity=".7"/>'
        for radius in range(8, 58, 9)
    )
    return (
        _ground(200, palette.ground)
        + f'<svg width="50" height="300"><rect width="50" height="300" fill="{palette.deep}"/>'
        + rings
        + "</svg>"
        + block(
            words.title,
            x=64,
            y=26,
            width=124,
            height=150,
            fill=palette.ink,
            anchor="start",
            largest=26,
        )
        + f'<path d="M64 190h30" stroke="{palette.spark}" stroke-width="3"/>'
        + _byline(words, 64, 200, 124, palette.ink, "start")
        + block(
            words.foot,
            x=64,
            y=268,
            width=124,
            height=16,
            fill=palette.ink,
            anchor="start",
            largest=9.5,
            family=SANS,
        )
    )


def tiled(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a cover with a field of quarter circles under the words."""
    tiles = []
    for index in range(12):
        x, y = index % 4 * 50, 150 + index // 4 * 50
        turn = seed[2 + index % 6] // (1 + index // 6) % 4 * 90
        fill = (palette.spark, palette.ground, palette.pale)[(seed[index % 8] + index) % 3]
        tiles.append(
            f'<path d="M0 0h50a50 50 0 0 1-50 50Z" fill="{fill}"'
            f' transform="translate({x} {y}) rotate({turn} 25 25)"/>'
        )
    return (
        _ground(200, palette.deep)
        + "".join(tiles)
        + block(
            words.title,
            x=18,
            y=16,
            width=166,
            height=88,
            fill=palette.pale,
            anchor="start",
            largest=27,
        )
        + _byline(words, 18, 106, 164, palette.pale, "start")
    )


def _disc(cx: float, cy: float, palette: Palette) -> str:
    grooves = "".join(
        f'<circle cx="{cx}" cy="{cy}" r="{radius}" fill="none" stroke="#4A4440" stroke-width=".8"/>'
        for radius in range(42, 92, 7)
    )
    return (
        f'<circle cx="{cx}" cy="{cy}" r="96" fill="#1B1816"/>{grooves}'
        f'<circle cx="{cx}" cy="{cy}" r="33" fill="{palette.spark}"/>'
        f'<circle cx="{cx}" cy="{cy}" r="4" fill="{palette.ground}"/>'
    )


def _sleeve_words(words: Words, ink: str, y: float = 20, width: float = 264) -> str:
    return block(
        words.title,
        x=18,
        y=y,
        width=width,
        height=62,
        fill=ink,
        anchor="start",
        largest=30,
        weight=700,
        family=SANS,
    ) + _byline(words, 18, y + 62, width, ink, "start")


def disc(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a sleeve with its disc, large, going over the edge."""
    cx, cy = (200 + seed[2] % 60, 214 + seed[3] % 20)
    return _ground(300, palette.ground) + _disc(cx, cy, palette) + _sleeve_words(words, palette.ink)


def rings(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a sleeve of rings spreading from a corner."""
    cx, cy = ((300, 300), (0, 300), (150, 300))[seed[2] % 3]
    waves = "".join(
        f'<circle cx="{cx}" cy="{cy}" r="{radius}" fill="none" stroke-width="9"'
        f' stroke="{palette.spark if index % 3 == seed[3] % 3 else palette.pale}"/>'
        for index, radius in enumerate(range(18, 190, 17))
    )
    return _ground(300, palette.deep) + waves + _sleeve_words(words, palette.pale, 14)


def wave(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a sleeve with the bars of a sound."""
    bars = []
    for index in range(23):
        swell = math.sin(index / 22 * math.pi) * 62 + 8
        tall = swell * (0.45 + seed[index % 8] / 460)
        fill = palette.spark if index % 5 == seed[2] % 5 else palette.deep
        bars.append(
            f'<rect x="{19 + index * 11.5:g}" y="{206 - tall:.1f}" width="7"'
            f' height="{tall * 2:.1f}" rx="3.5" fill="{fill}"/>'
        )
    return _ground(300, palette.ground) + "".join(bars) + _sleeve_words(words, palette.ink)


def quartered(words: Words, palette: Palette, seed: bytes) -> str:
    """Return a sleeve of four fields, one with a circle."""
    spot = seed[2] % 2
    return (
        _ground(300, palette.ground)
        + f'<rect y="130" width="150" height="170" fill="{palette.deep}"/>'
        + f'<rect x="150" y="130" width="150" height="85" fill="{palette.spark}"/>'
        + f'<circle cx="{75 + spot * 150}" cy="215" r="58" fill="{palette.pale}"/>'
        + f'<circle cx="{75 + spot * 150}" cy="215" r="10" fill="{palette.ink}"/>'
        + _sleeve_words(words, palette.ink)
    )


JACKETS = (framed, banded, sunlit, spined, tiled)
SLEEVES = (disc, rings, wave, quartered)
