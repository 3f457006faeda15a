"""Photos that people send: what was sent is never kept, only pixels made anew from it."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Protocol

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from comptoir.core.errors import Invalid

LARGEST_BYTES = 15_000_000
# A camera's JPEG is made smaller while it is decoded; anything else is decoded whole, at four bytes
# a pixel, and a file of it may weigh almost nothing.
LARGEST_PIXELS = 25_000_000
LARGEST_JPEG_PIXELS = 60_000_000
LARGE_SIDE, MEDIUM_SIDE, SMALL_SIDE = 1600, 800, 320
# A large photo weighs so much at most; a noisy one is pressed harder.
LARGE_BYTES = 500_000
QUALITIES = (80, 60, 40)
SQUARE_SIDE, SQUARE_BYTES = 96, 1_600
_SQUARE_QUALITIES = (75, 55, 35, 20, 8, 0)
# What phones and PCs send. Nothing that holds markup (SVG), scripts or pages is ever opened.
FORMATS = ("JPEG", "PNG", "WEBP")
_ONE_AT_A_TIME = Lock()


class Readable(Protocol):
    """A source of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo ready to be kept: WebP without metadata, and its thumbnail; sizes in pixels.

    One for a page has a middle size too, and a square of what is in its middle. The digest names it
    by what the large one shows.
    """

    digest: str
    large: bytes
    small: bytes
    width: int
    height: int
    medium: bytes = b""
    square: bytes = b""


def read_photo(stream: Readable, *, for_page: bool = False) -> Photo:
    """Return a photo made anew from an image file: upright, at most 1600 pixels a side.

    Nothing of the file but its pixels goes on: no position, no camera, no comment, and nothing that
    another program could read as something else. A square weighs `SQUARE_BYTES` at most: a list may
    show sixty. Raises `Invalid` (`bad_photo`) for what is no image of `FORMATS`, is cut off, or is
    larger than 15 MB, or than 25 million pixels (60 for a JPEG, 25 for one that is progressive).
    One photo is decoded at a time in each process.
    """
    data = stream.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise Invalid("bad_photo", _("The photo is larger than 15 MB: take a smaller one."))
    with _ONE_AT_A_TIME:
        large = _upright(data)
    packed = _webp(large, LARGE_BYTES)
    middle = ImageOps.fit(large, (SQUARE_SIDE, SQUARE_SIDE)) if for_page else None
    return Photo(
        sha256(packed).hexdigest()[:32],
        packed,
        _webp(_within(large, SMALL_SIDE), LARGE_BYTES),
        large.width,
        large.height,
        _webp(_within(large, MEDIUM_SIDE), LARGE_BYTES) if for_page else b"",
        _webp(middle, SQUARE_BYTES, _SQUARE_QUALITIES) if middle else b"",
    )


def _within(image: Image.Image, side: int) -> Image.Image:
    smaller = image.copy()
    smaller.thumbnail((side, side))
    return smaller


def _upright(data: bytes) -> Image.Image:
    unreadable = Invalid("bad_photo", _("This is not a photo in JPEG, PNG or WebP."))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            # Known from the header: nothing is decoded yet.
            if image.width * image.height > _most_pixels(image):
                raise Invalid("bad_photo", _("This photo has too many pixels: take a smaller one."))
            image.draft("RGB", (2 * LARGE_SIDE, 2 * LARGE_SIDE))
            # Smaller first: whatever follows makes copies.
            image.thumbnail((LARGE_SIDE, LARGE_SIDE))
            turned = ImageOps.exif_transpose(image)
            pixels = Image.new("RGB", turned.size, "white")
            shown = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
            pixels.paste(shown, mask=shown if shown.mode == "RGBA" else None)
            return pixels
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise unreadable from error


def _most_pixels(image: Image.Image) -> int:
    draftable = isinstance(image, JpegImageFile) and not image.info.get("progressive")
    return LARGEST_JPEG_PIXELS if draftable else LARGEST_PIXELS


def _webp(image: Image.Image, most: int, qualities: tuple[int, ...] = QUALITIES) -> bytes:
    packed = b""
    for quality in qualities:
        target = BytesIO()
        image.save(target, "WEBP", quality=quality, method=4)
        packed = target.getvalue()
        if len(packed) <= most:
            break
    return packed
