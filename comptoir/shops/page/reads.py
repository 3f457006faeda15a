"""The photos of shops as they are served and shown."""

from dataclasses import dataclass

from comptoir.core.errors import NotFound
from comptoir.core.pictures.photo import LARGE_SIDE, MEDIUM_SIDE, SMALL_SIDE
from comptoir.shops.models import Shop
from comptoir.shops.page.models import SIZES, FieldChange, PhotoFile, ShopPhoto

_LONGEST_DIGEST = 32
_SIDES = {"small": SMALL_SIDE, "medium": MEDIUM_SIDE, "large": LARGE_SIDE}


@dataclass(frozen=True, slots=True)
class Size:
    """One size of a photo, in pixels."""

    name: str
    width: int
    height: int


def sizes_of(photo: ShopPhoto) -> list[Size]:
    """Return the sizes of a photo that are smaller than the next, the smallest first."""
    width, height = photo.file.width, photo.file.height
    found: dict[tuple[int, int], Size] = {}
    for name, side in _SIDES.items():
        scale = min(1.0, side / max(width, height))
        pixels = max(1, round(width * scale)), max(1, round(height * scale))
        found.setdefault(pixels, Size(name, *pixels))
    return list(found.values())


def read_shop_photo(digest: str, size: str) -> bytes:
    """Return a photo that some shop's page shows, as WebP, in one of `SIZES`. Raises `NotFound`."""
    found = None
    if size in SIZES and len(digest) <= _LONGEST_DIGEST and digest.isalnum():
        shown = ShopPhoto.objects.filter(file=digest)
        found = shown.values_list(f"file__{size}", flat=True).first()
    if found is None:
        raise NotFound("no_such_photo", "There is no such photo.")
    return bytes(found)


def removed_lately(shop: Shop) -> list[tuple[str, str]]:
    """Return the photos that were taken off a shop's page and are not erased yet, each with what
    one saw on it, the last first."""
    changes = FieldChange.objects.filter(act__shop=shop, field="photos").order_by("-act_id")
    said: dict[str, str] = {}
    for before in changes.values_list("before", flat=True):
        for each in before or ():
            said.setdefault(each["file"], each["alt"])
    left = PhotoFile.objects.filter(pk__in=said, shown=None).values_list("pk", flat=True)
    there = set(left)
    return [(digest, alt) for digest, alt in said.items() if digest in there]
