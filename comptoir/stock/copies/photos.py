"""Photos of copies: what was sent is never kept, only pixels made anew from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from comptoir.core.errors import Invalid
from comptoir.stock.shelf.models import CopyPhoto, UsedCopy

LARGEST_BYTES = 15_000_000
# A camera's JPEG is made smaller while it is decoded; anything else is decoded whole, at four bytes
# a pixel, and a file of it may weigh almost nothing.
LARGEST_PIXELS = 25_000_000
LARGEST_JPEG_PIXELS = 60_000_000
LARGE_SIDE, SMALL_SIDE = 1600, 320
# A copy's photo weighs so much at most; a noisy one is pressed harder.
LARGE_BYTES = 500_000
QUALITIES = (80, 60, 40)
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
    """A photo ready to be kept: WebP without metadata, and its thumbnail; sizes in pixels."""

    digest: str
    large: bytes
    small: bytes
    width: int
    height: int


def read_photo(stream: Readable) -> Photo:
    """Return a photo made anew from an image file: upright, at most 1600 pixels a side.

    Nothing of the file but its pixels goes on: no position, no camera, no comment, and nothing that
    another program could read as something else. Raises `Invalid` (`bad_photo`) for what is no
    image of `FORMATS`, is cut off, or is larger than 15 MB, or than 25 million pixels (60 for a
    JPEG, 25 for one that is progressive). One photo is decoded at a time in each process.
    """
    data = stream.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise Invalid("bad_photo", _("The photo is larger than 15 MB: take a smaller one."))
    with _ONE_AT_A_TIME:
        large = _upright(data)
    small = large.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    packed = _webp(large, LARGE_BYTES)
    return Photo(
        sha256(packed).hexdigest()[:32],
        packed,
        _webp(small, LARGE_BYTES),
        large.width,
        large.height,
    )


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


def _webp(image: Image.Image, most: int) -> bytes:
    packed = b""
    for quality in QUALITIES:
        target = BytesIO()
        image.save(target, "WEBP", quality=quality, method=4)
        packed = target.getvalue()
        if len(packed) <= most:
            break
    return packed


UNSHOWN_FOR = timedelta(days=1)
MOST_AT_ONCE = 10_000
_SHOWN = Exists(UsedCopy.objects.filter(photo=OuterRef("pk")))


def keep_photo(photo: Photo | None) -> CopyPhoto | None:
    """Keep a photo, once, for the copy to which the caller's transaction gives it.

    Guard: the caller's. Locks: the photo. Writes: the photo, if its digest is new. Announces
    nothing.
    """
    if photo is None:
        return None
    kept = CopyPhoto(
        digest=photo.digest,
        large=photo.large,
        small=photo.small,
        width=photo.width,
        height=photo.height,
    )
    # The update of a known photo changes nothing; it locks the row, so that nobody removes it
    # before the copy that is to show it is committed.
    CopyPhoto.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["digest"], update_fields=["width"]
    )
    return kept


def drop_photo(digest: str | None) -> None:
    """Remove a photo, in the caller's transaction, if no copy shows it any more.

    Guard: the caller's. Locks: the photo, unless somebody else has it. Announces nothing.
    """
    if digest:
        _drop(list(_unshown().filter(pk=digest).values_list("pk", flat=True)))


@transaction.atomic
def sweep_photos(*, now: datetime) -> int:
    """Remove the photos older than a day that no copy shows, and return how many.

    At most 10,000 at a time; the rest waits for the next sweep.

    Guard: none, the system's own. Locks: those photos, but for those somebody else has. Announces
    nothing.
    """
    old = _unshown().filter(created_at__lt=now - UNSHOWN_FOR)
    return _drop(list(old.values_list("pk", flat=True)[:MOST_AT_ONCE]))


def _unshown() -> QuerySet[CopyPhoto]:
    # What somebody keeps just now is theirs; the next sweep sees what came of it.
    free = CopyPhoto.objects.select_for_update(skip_locked=True)
    return free.filter(~_SHOWN)


def _drop(digests: Sequence[str]) -> int:
    # Asked again, now that they are locked: a copy may have come to show one meanwhile.
    removed, _by_table = CopyPhoto.objects.filter(~_SHOWN, pk__in=digests).delete()
    return removed
