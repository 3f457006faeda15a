"""The texts of a network as pages show them, rendered and kept by their version."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import NotFound
from comptoir.networks.pages.markdown import Shown, pictures_in, render
from comptoir.networks.pages.models import Picture, Publication, Version

PICTURES = "/images"
"""Below which address pictures are served."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text as readers see it: in which language, its title, its sentence, its HTML (safe), the
    first picture in it."""

    language: str
    title: str
    summary: str
    html: str
    picture: Shown | None


def version_of(publication: Publication, number: int) -> Version:
    """Return a version of a publication. Raises `NotFound` (`no_such_version`)."""
    found = publication.versions.filter(number=number).first()
    if found is None:
        raise NotFound("no_such_version", _("There is no such version."))
    return found


def article(version: Version) -> Article:
    """Return a version in the reader's language, French where nobody wrote it in English. Rendered
    once in each process."""
    return _article(version.publication_id, version.number, _english(version), _Text(version))


def draft(version: Version, network_id: int) -> Article:
    """Return a version that is not kept, as it would be shown."""
    return _made(version, network_id, english=_english(version))


class _Text:
    """A version beside its key: what is kept is found by the key alone, for it never changes."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Text)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _article(_key: int, _number: int, english: bool, text: _Text) -> Article:
    return _made(text.version, text.version.publication.network_id, english=english)


def _english(version: Version) -> bool:
    return get_language() == "en" and bool(version.title_en)


def _made(version: Version, network_id: int, *, english: bool) -> Article:
    body = version.body_en if english else version.body
    named = pictures_in(body)
    known = shown_pictures(network_id, named) if named else {}
    first = next((known[digest] for digest in named if digest in known), None)
    return Article(
        "en" if english else "fr",
        version.title_en if english else version.title,
        version.summary_en if english else version.summary,
        render(body, known),
        first,
    )


def shown_pictures(network_id: int, digests: list[str]) -> Mapping[str, Shown]:
    """Return pictures of a network as texts show them, by their digests."""
    found = Picture.objects.filter(network_id=network_id, digest__in=digests)
    rows = found.values_list("digest", "width", "height", "alt")
    return {
        digest: Shown(f"{PICTURES}/{digest}.webp", width, height, alt)
        for digest, width, height, alt in rows
    }


def read_picture(digest: str, *, network_id: int | None) -> bytes:
    """Return a picture as it is served: of one network, or under the installation's own host of any
    (None). Raises `NotFound` (`no_such_picture`)."""
    found = Picture.objects.filter(digest=digest)
    if network_id is not None:
        found = found.filter(network_id=network_id)
    data = found.values_list("large", flat=True).first()
    if data is None:
        raise NotFound("no_such_picture", _("There is no such picture."))
    return bytes(data)
