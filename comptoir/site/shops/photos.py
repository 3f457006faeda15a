"""The photos of a shop as pages show them, name them to search engines, and put them on cards."""

from dataclasses import dataclass

from comptoir.networks.portal import site_address
from comptoir.shops.models import Shop
from comptoir.shops.page.models import ShopPhoto
from comptoir.shops.page.reads import sizes_of
from comptoir.site.photos import SIZES
from comptoir.ui.addresses import address

_WORDS = {size: word for word, size in SIZES.items()}


@dataclass(frozen=True, slots=True)
class PhotoShown:
    """A photo as a page shows it: its addresses by width, the width and height of the largest in
    pixels, what one sees, who took it."""

    src: str
    srcset: str
    largest: str
    width: int
    height: int
    alt: str
    credit: str


def photos_of(shop: Shop) -> list[PhotoShown]:
    """Return the photos of a shop of `shops.memory`, the first first."""
    return [_shown(photo) for photo in shop.photos.all()]


def square_of(shop: Shop) -> str | None:
    """Return the address of the little picture by which a list shows a shop, if it has photos."""
    first = next(iter(shop.photos.all()), None)
    return None if first is None else _address(first, "square")


def pictures_of(shop: Shop) -> list[str]:
    """Return the whole addresses of the photos of a shop, for other sites."""
    return [site_address() + photo.largest for photo in photos_of(shop)]


def _shown(photo: ShopPhoto) -> PhotoShown:
    sizes = sizes_of(photo)
    srcset = ", ".join(f"{_address(photo, each.name)} {each.width}w" for each in sizes)
    return PhotoShown(
        src=_address(photo, sizes[min(1, len(sizes) - 1)].name),
        srcset=srcset,
        largest=_address(photo, "large"),
        width=photo.file.width,
        height=photo.file.height,
        alt=photo.alt,
        credit=photo.credit,
    )


def _address(photo: ShopPhoto, size: str) -> str:
    return address("site:shop_photo", f"{photo.file_id}-{_WORDS[size]}")
