"""Pictures for the texts of a network: added with what one sees on them, and removed."""

from typing import Protocol

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, Invalid, NotFound, fill
from comptoir.core.text import one_line
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.networks.pages.markdown import PICTURE
from comptoir.networks.pages.models import LONGEST_ALT, Picture, Version

MOST_PICTURES = 300


class Pixels(Protocol):
    """A picture made anew (`core.pictures.photo.Photo`)."""

    @property
    def digest(self) -> str: ...
    @property
    def large(self) -> bytes: ...
    @property
    def small(self) -> bytes: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


@transaction.atomic
def add_picture(*, network: Network, photo: Pixels, alt: str, actor: Actor) -> Picture:
    """Keep a picture for the texts of a network, and return it; the same one again says what it
    says now. `alt` is what one sees on it, for whoever does not.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the picture. Raises `NotFound`, `Forbidden`,
    `Invalid` (`missing`, `too_long`, with the field), `Conflict` (`many_pictures`).
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    words = one_line(alt)
    if not words:
        told = _("Say what one sees: some readers do not see the picture.")
        raise Invalid("missing", told, field="alt")
    if len(words) > LONGEST_ALT:
        long = fill(_("This is longer than %(longest)d characters."), longest=LONGEST_ALT)
        raise Invalid("too_long", long, field="alt")
    if network.pictures.exclude(digest=photo.digest).count() >= MOST_PICTURES:
        told = _("A network keeps %(most)d pictures at most: remove one first.")
        raise Conflict("many_pictures", fill(told, most=MOST_PICTURES))
    made, _new = Picture.objects.update_or_create(
        network=network,
        digest=photo.digest,
        defaults={
            "alt": words,
            "large": photo.large,
            "small": photo.small,
            "width": photo.width,
            "height": photo.height,
            **acted_by(actor),
        },
    )
    return made


@transaction.atomic
def remove_picture(*, network: Network, picture_id: int, actor: Actor) -> None:
    """Remove a picture that no version of a text names.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the picture, which goes. Raises `NotFound`
    (`no_such_picture`), `Forbidden`, `Conflict` (`picture_in_use`).
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    found = network.pictures.filter(pk=picture_id).first()
    if found is None:
        raise NotFound("no_such_picture", _("There is no such picture."))
    named = PICTURE + found.digest
    naming = Version.objects.filter(publication__network=network)
    if naming.filter(Q(body__contains=named) | Q(body_en__contains=named)).exists():
        told = _("A text, or an earlier version of one, shows this picture.")
        raise Conflict("picture_in_use", told)
    found.delete()
