"""The photos of a shop's page: a few, each with what one would see on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict, Invalid, NotFound, fill
from comptoir.core.pictures.photo import Photo
from comptoir.core.text import one_line
from comptoir.shops.models import Shop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.page.erasure import erase
from comptoir.shops.operations.page.meanwhile import unless_changed
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.page.models import LONGEST_ALT, LONGEST_CREDIT, PhotoFile, ShopPhoto
from comptoir.shops.page.state import state_of

MOST_PHOTOS = 6

Kept = list[dict[str, Any]]


@transaction.atomic
def add_photo(*, shop: Shop, photo: Photo, alt: str, credit: str = "", actor: Actor) -> ShopPhoto:
    """Show one more photo on a shop's page, after the others, and return it. `photo` was read
    `for_page`; the same photo again is not added, and says what it said.

    Guard: `CHANGE_SHOP`. Locks: the shop, the photo. Writes: the photo, the shop's history.
    Announces nothing. Raises `NotFound`, `Forbidden`, `Invalid` (`missing`, `too_long`, with the
    field), `Conflict` (`shop_ended`, `many_photos`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    said = _said(alt, credit)
    has: Kept = state_of(shop, ["photos"])["photos"]
    if all(each["file"] != photo.digest for each in has):
        if len(has) >= MOST_PHOTOS:
            told = _("A page shows %(most)d photos at most: remove one first.")
            raise Conflict("many_photos", fill(told, most=MOST_PHOTOS))
        _keep(photo)
        _write(shop, [*has, {"file": photo.digest, **said}], actor)
    return shop.photos.get(file=photo.digest)


@transaction.atomic
def describe_photo(
    *, shop: Shop, digest: str, alt: str, credit: str = "", actor: Actor, since: int | None = None
) -> None:
    """Say otherwise what one sees on a photo of a shop's page, and who took it.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the photo's words, the shop's history. Announces
    nothing. Raises `NotFound` (also `no_such_photo`), `Forbidden`, `Invalid` (`missing`,
    `too_long`), `Conflict` (`shop_ended`; `changed_meanwhile`, as `unless_changed` with `since`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    has = _shown(shop, digest)
    said = {"file": digest, **_said(alt, credit)}
    wanted = [said if each["file"] == digest else each for each in has]
    if meant := unless_changed(shop, {"photos": wanted}, since):
        _write(shop, meant["photos"], actor)


@transaction.atomic
def move_photo(*, shop: Shop, digest: str, by: int, actor: Actor) -> None:
    """Move a photo of a shop's page by so many places, earlier where that is negative; the first
    stands for the page elsewhere.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the places, the shop's history. Announces
    nothing. Raises `NotFound` (also `no_such_photo`), `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    has = _shown(shop, digest)
    place = next(place for place, each in enumerate(has) if each["file"] == digest)
    moved = has.pop(place)
    has.insert(min(max(place + by, 0), len(has)), moved)
    _write(shop, has, actor)


@transaction.atomic
def remove_photo(*, shop: Shop, digest: str, actor: Actor) -> None:
    """Take a photo off a shop's page. Nobody is served it from now on; it is erased in
    `erasure.UNDONE_FOR`, until when the removal can be undone.

    Guard: `CHANGE_SHOP`. Locks: the shop, the photo. Writes: the photos, the shop's history.
    Announces nothing. Raises `NotFound` (also `no_such_photo`), `Forbidden`, `Conflict`
    (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    has = _shown(shop, digest)
    _write(shop, [each for each in has if each["file"] != digest], actor)


@transaction.atomic
def erase_photo(*, shop: Shop, digest: str, actor: Actor) -> bool:
    """Erase a photo that was taken off a shop's page now, and for good: its removal cannot be
    undone any more. Return whether there was one; of another's page it is not erased.

    Guard: `CHANGE_SHOP`. Locks: the shop, the photo. Deletes: the photo. Announces nothing. Raises
    `NotFound`, `Forbidden`, `Conflict` (`shop_ended`; `still_shown`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    if shop.photos.filter(file=digest).exists():
        raise Conflict("still_shown", _("The page shows this photo: remove it first."))
    was_ours = any(
        digest in {each["file"] for each in photos or ()}
        for photos in shop.acts.filter(changes__field="photos").values_list(
            "changes__before", flat=True
        )
    )
    PhotoFile.objects.select_for_update().filter(pk=digest).first()
    return was_ours and bool(erase([digest]))


def put_photos(shop: Shop, wanted: Sequence[dict[str, Any]], at: datetime) -> None:
    """Make a locked shop's photos those, in the form of its history. A step of a verb that keeps
    it. Raises `Conflict` (`photo_erased`)."""
    digests = [each["file"] for each in wanted]
    there = PhotoFile.objects.select_for_update().filter(pk__in=digests).order_by("pk")
    if len(there.values_list("pk")) < len(digests):
        raise Conflict("photo_erased", _("A photo of then is erased: send it anew."))
    gone = list(shop.photos.exclude(file__in=digests).values_list("file_id", flat=True))
    shop.photos.all().delete()
    ShopPhoto.objects.bulk_create(
        ShopPhoto(
            shop=shop, place=place, file_id=each["file"], alt=each["alt"], credit=each["credit"]
        )
        for place, each in enumerate(wanted, start=1)
    )
    PhotoFile.objects.filter(pk__in=digests).exclude(left_at=None).update(left_at=None)
    PhotoFile.objects.filter(pk__in=gone, shown=None).update(left_at=at)


def _write(shop: Shop, wanted: Kept, actor: Actor) -> None:
    now = timezone.now()
    with act_on(shop, "photos", actor=actor, at=now):
        put_photos(shop, wanted, now)


def _keep(photo: Photo) -> None:
    kept = PhotoFile(
        digest=photo.digest,
        large=photo.large,
        medium=photo.medium,
        small=photo.small,
        square=photo.square,
        width=photo.width,
        height=photo.height,
    )
    # The update of a known photo changes nothing; it locks the row, so that nobody erases it before
    # the page that is to show it is committed.
    PhotoFile.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["digest"], update_fields=["width"]
    )


def _shown(shop: Shop, digest: str) -> Kept:
    """Return a shop's photos, this one among them. Raises `NotFound` (`no_such_photo`)."""
    has: Kept = state_of(shop, ["photos"])["photos"]
    if all(each["file"] != digest for each in has):
        raise NotFound("no_such_photo", _("The page does not show this photo any more."))
    return has


def _said(alt: str, credit: str) -> dict[str, str]:
    """Return the words of a photo as they are kept. Raises `Invalid` (`missing`, `too_long`)."""
    found = {"alt": one_line(alt), "credit": one_line(credit)}
    if not found["alt"]:
        told = _("Say what one sees on the photo: whoever does not see it is told so.")
        raise Invalid("missing", told, field="alt")
    for name, longest in (("alt", LONGEST_ALT), ("credit", LONGEST_CREDIT)):
        if len(found[name]) > longest:
            told = _("This is longer than %(longest)d characters.")
            raise Invalid("too_long", fill(told, longest=longest), field=name)
    return found
