"""What the pages of the demonstration's shops show: fronts and shelves, drawn here, of nobody's
shop."""

from colorsys import hsv_to_rgb
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from comptoir.accounts.actors import SYSTEM
from comptoir.core.pictures.photo import Photo, read_photo
from comptoir.shops.models import Shop, ShopKind
from comptoir.shops.operations.page.photos import add_photo

CREDIT = "Comptoir (dessin)"
WIDTH, HEIGHT = 1200, 800
FRONTS, ROOMS = 6, 2
"""How many drawings there are of each kind: shops share them."""
_FINER = 2
"""Drawn so many times larger and made smaller, so that edges are smooth."""
_WOODS = ("#1c5c3c", "#7a2230", "#1f3f66", "#8a5a16", "#4a2d5e", "#27403f")
_WALLS = ("#e9dcc4", "#d9c7a8", "#e4d3c5", "#d8d2c2", "#ecdfcb", "#cfc3ad")
_CLOTHS = (
    *("#b5493a", "#d98f3d", "#e3c16b", "#7c9a5c", "#2f6b57", "#3f7a94", "#28456b", "#5b3f6e"),
    *("#94405f", "#e6dcc6", "#8b6b4a", "#c9a58a", "#4b4a48"),
)
"""What books are bound in, and sleeves are printed with."""
_PALE, _DARK, _GLASS, _GROUND = "#fbf7f0", "#2b211a", "#f6e6bd", "#b9b2a6"

Box = tuple[float, float, float, float]


def load_pictures(shops: list[Shop]) -> None:
    """Show a drawn front on two pages of three, and the shelves inside on every second of those,
    where a page shows nothing yet."""
    for number, shop in enumerate(shops):
        if number % 3 == 2 or shop.photos.exists():
            continue
        records = shop.kind == ShopKind.RECORDS
        what = "disques" if records else "livres"
        front = f"La devanture de {shop.name} : des {what} en vitrine, sous un store rayé"
        add_photo(
            shop=shop,
            photo=_picture("front", number % FRONTS, records),
            alt=front.replace(" :", "\u00a0:"),
            credit=CREDIT,
            actor=SYSTEM,
        )
        if number % 2 == 0:
            room = "Les bacs à disques" if records else "Les rayons du fond, du sol au plafond"
            add_photo(
                shop=shop,
                photo=_picture("room", number // 2 % ROOMS, records),
                alt=room,
                credit=CREDIT,
                actor=SYSTEM,
            )


@cache
def _picture(what: str, number: int, records: bool) -> Photo:
    random = Random(f"{what}:{number}:{records}")  # noqa: S311 - the same drawing every time
    image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), _WALLS[number % len(_WALLS)])
    pen = _Pen(image)
    if what == "front":
        _front(pen, random, _WOODS[number % len(_WOODS)], records)
    else:
        _room(pen, random, _WOODS[(number + 3) % len(_WOODS)], records)
    target = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(target, "PNG")
    target.seek(0)
    return read_photo(target, for_page=True)


class _Pen:
    """Draws on a larger picture what is said in pixels of the one that is kept."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle, by its upper left corner."""
        self._draw.rectangle(_finer((x, y, x + width, y + height)), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle, by its middle."""
        self._draw.ellipse(_finer((x - radius, y - radius, x + radius, y + radius)), fill=colour)

    def lobe(self, x: float, y: float, width: float, colour: str) -> None:
        """Fill the lower half of a circle that hangs from a line."""
        box = (x, y - width / 2, x + width, y + width / 2)
        self._draw.pieslice(_finer(box), 0, 180, fill=colour)


def _finer(box: Box) -> Box:
    left, top, right, bottom = (each * _FINER for each in box)
    return left, top, right, bottom


def _front(pen: _Pen, random: Random, wood: str, records: bool) -> None:
    for row in range(21):  # stones of the wall
        for column in range(-1, 9):
            x = column * 150 + (row % 2) * 75
            pen.box(x + 2, row * 34 + 2, 146, 30, _shade(random, 0.10, 0.13, 0.90))
    pen.box(0, 700, WIDTH, 100, _GROUND)
    pen.box(0, 700, WIDTH, 8, "#8f887c")
    pen.box(70, 170, 1060, 530, wood)
    pen.box(100, 190, 1000, 64, _PALE)  # the board, with a sign and no name
    _sign(pen, 600, 222, wood, records)
    for x in (110, 780):
        _window(pen, random, x, records)
    _door(pen, wood)
    stripes = [wood, _PALE]
    for number in range(18):
        left = 82 + number * 57.5
        pen.box(left, 262, 58, 74, stripes[number % 2])
        pen.lobe(left, 336, 58, stripes[number % 2])
    for x in (30, 1100):
        _plant(pen, random, x)


def _sign(pen: _Pen, x: float, y: float, wood: str, records: bool) -> None:
    if records:
        pen.disc(x, y, 26, wood)
        pen.disc(x, y, 9, _PALE)
        pen.disc(x, y, 3, wood)
    else:
        pen.box(x - 34, y - 20, 32, 40, wood)
        pen.box(x + 2, y - 20, 32, 40, wood)
        for line in range(4):
            pen.box(x - 28, y - 12 + line * 8, 20, 2, _PALE)
            pen.box(x + 8, y - 12 + line * 8, 20, 2, _PALE)
    for side in (-1, 1):
        pen.box(x + side * 230 - 150, y - 2, 300, 3, wood)


def _window(pen: _Pen, random: Random, x: float, records: bool) -> None:
    pen.box(x - 8, 352, 326, 308, _DARK)
    pen.box(x, 360, 310, 292, _GLASS)
    for shelf in range(2):
        bottom = 500 + shelf * 140
        draw = _sleeves if records else _books
        draw(pen, random, (x + 14, x + 296), bottom, 104)
        pen.box(x, bottom, 310, 10, "#8a6a45")


def _door(pen: _Pen, wood: str) -> None:
    pen.box(470, 346, 260, 354, _DARK)
    pen.box(482, 356, 236, 344, wood)
    pen.box(506, 376, 188, 216, _GLASS)
    pen.box(596, 376, 8, 216, wood)
    pen.box(506, 480, 188, 8, wood)
    pen.disc(690, 628, 9, "#d9b45a")
    pen.box(440, 692, 320, 14, "#8f887c")


def _plant(pen: _Pen, random: Random, x: float) -> None:
    for _leaf in range(26):
        colour = _shade(random, 0.33, 0.5, 0.42)
        pen.disc(x + 35 + random.gauss(0, 20), 606 + random.gauss(0, 24), 15, colour)
    pen.box(x, 640, 70, 66, "#a3573b")
    pen.box(x - 5, 634, 80, 16, "#b9694b")


def _room(pen: _Pen, random: Random, wood: str, records: bool) -> None:
    pen.box(0, 0, WIDTH, HEIGHT, "#5b412b")
    rows, height = (3, 236) if records else (5, 132)
    for row in range(rows):
        top = 24 + row * (height + 14)
        columns = 5 if records else 4
        wide = (WIDTH - 24) / columns
        for column in range(columns):
            left = 24 + column * wide
            pen.box(left, top, wide - 24, height, "#3a291b")
            draw = _sleeves if records else _books
            draw(pen, random, (left + 6, left + wide - 30), top + height, height - 14)
    pen.box(0, 760, WIDTH, 40, wood)


def _books(
    pen: _Pen, random: Random, between: tuple[float, float], bottom: float, height: float
) -> None:
    x, end = between
    while x + 10 < end:
        thick = min(random.uniform(10, 26), end - x)
        tall = height * random.uniform(0.72, 1)
        colour = random.choice(_CLOTHS)
        pen.box(x, bottom - tall, thick, tall, colour)
        pen.box(x + thick * 0.25, bottom - tall * 0.85, thick * 0.5, tall * 0.22, _PALE)
        x += thick + 1.5


def _sleeves(
    pen: _Pen, random: Random, between: tuple[float, float], bottom: float, height: float
) -> None:
    x, end = between
    several = max(1, round((end - x) / height))
    side = min(height, (end - x - 8 * (several - 1)) / several)
    for _sleeve in range(several):
        ground, mark = random.sample(_CLOTHS, 2)
        pen.box(x, bottom - side, side, side, ground)
        pen.disc(x + side * 0.5, bottom - side * 0.5, side * random.uniform(0.2, 0.36), mark)
        pen.disc(x + side * 0.5, bottom - side * 0.5, side * 0.07, _PALE)
        x += side + 8


def _shade(random: Random, hue: float, fullness: float, light: float) -> str:
    red, green, blue = hsv_to_rgb(hue, fullness, light * random.uniform(0.94, 1.02))
    return "#" + "".join(f"{min(255, int(each * 255)):02x}" for each in (red, green, blue))
