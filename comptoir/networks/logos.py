"""Logos of networks: what was sent is never kept, only pixels made anew from it."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Protocol

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from comptoir.core.errors import Invalid, Message

LARGEST_BYTES = 2_000_000
LARGEST_PIXELS = 8_000_000
"""Known from the header, before anything is decoded: four bytes a pixel."""
WIDEST, HIGHEST = 640, 192
"""Three times what the head of a page shows, for screens that are so sharp."""
FORMATS = ("PNG", "JPEG", "WEBP")
"""Nothing that holds markup or scripts (SVG) is ever opened."""


class Readable(Protocol):
    """A source of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo ready to be kept: a PNG without metadata; sizes in pixels."""

    digest: str
    content: bytes
    width: int
    height: int


def read_logo(stream: Readable) -> Picture:
    """Return a logo made anew from an image file: at most 640 by 192 pixels, transparent where it
    was; of an animation its first picture. Raises `Invalid` (`bad_logo`) for what is no image of
    `FORMATS`, is cut off, or is larger than 2 MB or than 8 million pixels."""
    data = stream.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise _refused(_("The logo is larger than 2 MB: take a smaller one."))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise _refused(_("The logo has too many pixels: take a smaller one."))
            # Smaller first: whatever follows makes copies.
            turned = ImageOps.exif_transpose(image)
            pixels = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        told = _("This is no logo in PNG, JPEG or WebP; from an SVG, export a PNG.")
        raise _refused(told) from error
    pixels.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    target = BytesIO()
    bare.save(target, "PNG", optimize=True)
    content = target.getvalue()
    return Picture(sha256(content).hexdigest()[:32], content, bare.width, bare.height)


def _refused(told: Message) -> Invalid:
    return Invalid("bad_logo", told, field="logo")
