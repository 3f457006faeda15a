"""Cards that other sites show where a page of this one is shared: 1200 × 630, drawn from words.

That is the size that Open Graph's readers ask for (1.91:1). On the left the words, on the right a
drawing: a cover in the colours of the page's own drawn one (`ui.covers`), or a shop's front.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from comptoir.core.pdf.fonts import Family, font_file
from comptoir.ui.covers import Palette

WIDTH, HEIGHT = 1200, 630
_PAPER, _INK, _SOFT, _BORDEAUX, _GREEN = "#fbf7f0", "#1e1b18", "#574e46", "#7a1f2b", "#2f5d45"
_LEFT, _TOP, _BOTTOM = 72, 112, 572
_AWNING, _STRIPE = 44, 60
_TITLES = (84, 76, 68, 60, 54, 48, 42, 36)
"""Sizes of a title, the largest that fits first."""
_MOST_LINES = 4
_DRAWING = {"jacket": (280, 420), "sleeve": (400, 320), "front": (380, 400)}
_RIGHT = WIDTH - 72

Shape = Literal["jacket", "sleeve", "front"]


@dataclass(frozen=True, slots=True)
class Card:
    """The words of a card, from above: what it is, its name, by whom or where, what is true of it
    now, whose site it is; and what is drawn beside them."""

    eyebrow: str
    title: str
    line: str
    note: str
    site: str
    shape: Shape
    palette: Palette


@lru_cache(maxsize=64)
def draw_card(card: Card) -> bytes:
    """Return a card as a PNG of at most 256 colours; those drawn last are remembered."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    canvas = ImageDraw.Draw(image)
    _awning(canvas, 0, WIDTH, 0, _AWNING, _STRIPE, _BORDEAUX)
    width, _height = _DRAWING[card.shape]
    room = _RIGHT - width - 56 - _LEFT
    eyebrow = _font("sans", "Semibold", 28)
    canvas.text((_LEFT, _TOP), _cut(card.eyebrow.upper(), eyebrow, room), _BORDEAUX, eyebrow)
    below = _title(canvas, card.title, room)
    line = _font("sans", "Regular", 36)
    for text in _lines(card.line, line, room)[:2]:
        canvas.text((_LEFT, below + 18), _cut(text, line, room), _SOFT, line)
        below += 46
    _foot(canvas, card, room)
    drawings = {"jacket": _cover, "sleeve": _sleeve, "front": _front}
    drawings[card.shape](canvas, card)
    file = BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _title(canvas: ImageDraw.ImageDraw, title: str, room: int) -> int:
    """Write the title as large as it fits; return where it ends."""
    for size in _TITLES:
        font = _font("serif", "Semibold", size)
        lines = _lines(title, font, room)
        fits = len(lines) * size * 1.12 <= 250 and all(font.getlength(x) <= room for x in lines)
        if fits and len(lines) <= _MOST_LINES:
            break
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], " ".join(lines[_MOST_LINES - 1 :])]
    down = _TOP + 52
    for text in lines:
        canvas.text((_LEFT, down), _cut(text, font, room), _INK, font)
        down += round(size * 1.12)
    return down


def _foot(canvas: ImageDraw.ImageDraw, card: Card, room: int) -> None:
    site, note = _font("serif", "Semibold", 30), _font("sans", "Semibold", 32)
    canvas.text((_LEFT, _BOTTOM), _cut(card.site, site, room), _BORDEAUX, site, anchor="ls")
    if card.note:
        words = _cut(card.note, note, room - 40)
        right = _LEFT + 40 + round(note.getlength(words))
        box = (_LEFT, _BOTTOM - 110, right, _BOTTOM - 54)
        canvas.rounded_rectangle(box, 28, _GREEN)
        middle = (_LEFT + 20, (box[1] + box[3]) // 2)
        canvas.text(middle, words, "#ffffff", note, anchor="lm")


def _cover(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    left, top, right, bottom = _frame("jacket")
    canvas.rectangle((left + 10, top + 10, right + 10, bottom + 10), "#e6dccb")
    canvas.rectangle((left, top, right, bottom), card.palette.ground)
    canvas.rectangle((left, top, left + 14, bottom), card.palette.deep)
    canvas.rectangle((left, bottom - 96, right, bottom), card.palette.deep)
    canvas.ellipse((right - 100, bottom - 140, right - 28, bottom - 68), card.palette.spark)
    _on_cover(canvas, card, (left + 38, top + 36, right - 20, bottom - 150))


def _sleeve(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    left, top, right, bottom = _frame("sleeve")
    edge, middle = left + bottom - top, (top + bottom) // 2
    for radius, colour in ((150, "#1d1a18"), (116, "#2b2724"), (82, "#1d1a18")):
        canvas.circle((right - 110, middle), radius, colour)
    canvas.circle((right - 110, middle), 50, card.palette.spark)
    canvas.rectangle((left, top, edge, bottom), card.palette.ground)
    canvas.rectangle((left, bottom - 72, edge, bottom), card.palette.deep)
    _on_cover(canvas, card, (left + 26, top + 28, edge - 20, bottom - 88))


def _on_cover(canvas: ImageDraw.ImageDraw, card: Card, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    for size in (36, 32, 28, 24):
        font = _font("serif", "Semibold", size)
        lines = _lines(card.title, font, right - left)
        if len(lines) * size * 1.15 <= bottom - top:
            break
    for text in lines[: int((bottom - top) / size / 1.15)]:
        canvas.text((left, top), _cut(text, font, right - left), card.palette.title, font)
        top += round(size * 1.15)


def _front(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    left, top, right, bottom = _frame("front")
    canvas.rectangle((left, top, right, bottom), card.palette.deep)
    canvas.rectangle((left + 24, top + 128, right - 132, bottom - 48), card.palette.ground)
    canvas.rectangle((right - 108, top + 128, right - 24, bottom), card.palette.ground)
    canvas.circle((right - 94, bottom - 110), 6, card.palette.spark)
    place = left + 44
    # What stands in the window: backs of books, or sleeves, in the colours of the palette.
    for height, width, colour in (
        *((108, 22, card.palette.spark), (86, 16, card.palette.deep), (120, 26, _BORDEAUX)),
        *((94, 18, card.palette.ink), (112, 24, _GREEN), (78, 20, card.palette.spark)),
    ):
        canvas.rectangle((place, bottom - 48 - height, place + width, bottom - 48), colour)
        place += width + 8
    _awning(canvas, left - 16, right + 16, top, 72, 52, card.palette.spark)


def _awning(
    canvas: ImageDraw.ImageDraw,
    left: int,
    right: int,
    top: int,
    drop: int,
    stripe: int,
    colour: str,
) -> None:
    """Draw a shop's awning: stripes that end round."""
    for turn, at in enumerate(range(left, right, stripe)):
        end = min(at + stripe, right)
        shade = colour if turn % 2 == 0 else "#f4ecdc"
        canvas.rectangle((at, top, end - 1, top + drop - stripe // 2), shade)
        half = (at, top + drop - stripe, end - 1, top + drop)
        canvas.pieslice(half, 0, 180, shade)


def _frame(shape: Shape) -> tuple[int, int, int, int]:
    width, height = _DRAWING[shape]
    top = (HEIGHT + _AWNING - height) // 2
    return _RIGHT - width, top, _RIGHT, top + height


def _lines(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Return the lines of a text that is so wide at most, but for a word that is wider."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """Return a text that is no wider than there is room, with an ellipsis where it was."""
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@lru_cache(maxsize=32)
def _font(family: Family, name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(family, name), size)
