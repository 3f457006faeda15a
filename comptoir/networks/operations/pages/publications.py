"""A page or a news item written, shown from a day on, withdrawn, put in its order, taken back to an
earlier version."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, Faults, Invalid, NotFound, fill
from comptoir.core.text import SPACES, one_line, plain_lines, wrong_year
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.networks.pages.markdown import pictures_in
from comptoir.networks.pages.models import (
    LONGEST_BODY,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Picture,
    Publication,
    PublicationKind,
)

MOST = 1_000
"""Pages and news of one network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What somebody wrote: title, the sentence that lists show, the text in Markdown; in English
    too, or not."""

    title: str
    summary: str = ""
    body: str = ""
    title_en: str = ""
    summary_en: str = ""
    body_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where and when it is shown: its word in addresses (empty: made of its title), whether the
    footer names it, from when (None: at once) and until when (None: for good)."""

    slug: str = ""
    in_footer: bool = True
    appears_at: datetime | None = None
    ends_at: datetime | None = None


@transaction.atomic
def write_publication(
    *,
    network: Network,
    publication_id: int | None = None,
    kind: PublicationKind,
    texts: Texts,
    placing: Placing,
    after: int = 0,
    publish: bool,
    actor: Actor,
    now: datetime,
) -> Publication:
    """Keep a new version of a page or a news item, or a new one altogether, and return it. With
    `publish` readers see this version; else it is a draft, and they see the one that they saw,
    where and when they did: `placing` waits for the publishing.

    `after` is the number of the version that it was written upon: where another has come meanwhile,
    nothing is written.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the publication, the version with who wrote
    it. Raises `NotFound` (`no_such_publication`), `Forbidden`, `Faults` (`missing`, `too_long`,
    `no_such_picture`, `bad_slug`, `bad_appears_at`, `bad_ends_at`, each with its field), `Conflict`
    (`written_meanwhile`, with the number; `slug_taken`, `many_publications`).
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    found = _begun(network, kind) if publication_id is None else _mine(network, publication_id)
    if found.latest != after:
        told = _("Somebody else has written this meanwhile: nothing of theirs or yours is lost.")
        raise Conflict("written_meanwhile", told, number=found.latest)
    if publish or not found.shown:
        found.appears_at = placing.appears_at or (now if publish else found.appears_at)
        found.ends_at, found.in_footer = placing.ends_at, placing.in_footer
    texts = _checked(found, texts)
    if publish or not found.shown:
        word = placing.slug or found.slug or slugify(texts.title)[:80].strip("-")
        found.slug = _slug(found, word)
    return _keep(found, texts, publish=publish, actor=actor, now=now)


@transaction.atomic
def restore_version(
    *, network: Network, publication_id: int, number: int, actor: Actor, now: datetime
) -> Publication:
    """Put an earlier version back as the newest, and return the publication. Where readers see the
    newest, they see this one; the versions between stay in the history.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the publication, the version. Raises
    `NotFound` (`no_such_publication`, `no_such_version`), `Forbidden`.
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    found = _mine(network, publication_id)
    old = found.versions.filter(number=number).first()
    if old is None:
        raise NotFound("no_such_version", _("There is no such version."))
    texts = Texts(**{each.name: getattr(old, each.name) for each in fields(Texts)})
    publish = found.shown == found.latest
    return _keep(found, texts, publish=publish, actor=actor, now=now, restored=number)


@transaction.atomic
def withdraw_publication(
    *, network: Network, publication_id: int, actor: Actor, now: datetime
) -> Publication:
    """Have readers see a page or a news item no more; it is a draft again.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the publication, a line of the audit. Raises
    `NotFound` (`no_such_publication`), `Forbidden`.
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    found = _mine(network, publication_id)
    found.shown, found.changed_at = 0, now
    found.save(update_fields=["shown", "changed_at"])
    note(actor, "withdrew_publication", subject=found, network_id=network.pk)
    return found


@transaction.atomic
def delete_draft(*, network: Network, publication_id: int, actor: Actor) -> None:
    """Delete a page or a news item that readers do not see, with its history.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the publication, which goes, and a line of the
    audit. Raises `NotFound` (`no_such_publication`), `Forbidden`, `Conflict` (`is_shown`).
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    found = _mine(network, publication_id)
    if found.shown:
        raise Conflict("is_shown", _("Readers see this: withdraw it first."))
    note(actor, "deleted_draft", network_id=network.pk, facts={"slug": found.slug})
    found.delete()


@transaction.atomic
def move_page(*, network: Network, publication_id: int, up: bool, actor: Actor) -> None:
    """Change places between a page and the one before it, or after it; at the end nothing changes.

    Guard: `WRITE_PAGES`. Locks: the network. Writes: the places. Raises `NotFound`
    (`no_such_publication`), `Forbidden`.
    """
    network = in_network(network, actor, NetworkVerb.WRITE_PAGES, lock=True)
    found = _mine(network, publication_id)
    pages = list(network.publications.filter(kind=found.kind).order_by("place", "pk"))
    here = pages.index(found)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(pages):
        return
    pages[here], pages[there] = pages[there], pages[here]
    for place, each in enumerate(pages, start=1):
        each.place = place
    Publication.objects.bulk_update(pages, ["place"])


def _begun(network: Network, kind: PublicationKind) -> Publication:
    count = network.publications.count()
    if count >= MOST:
        told = _("A network has %(most)d pages and news at most: delete a draft first.")
        raise Conflict("many_publications", fill(told, most=MOST))
    return Publication(network=network, kind=kind, place=count + 1)


def _mine(network: Network, publication_id: int) -> Publication:
    found = network.publications.filter(pk=publication_id).first()
    if found is None:
        raise NotFound("no_such_publication", _("There is no such page or news item."))
    return found


def _keep(
    found: Publication,
    texts: Texts,
    *,
    publish: bool,
    actor: Actor,
    now: datetime,
    restored: int | None = None,
) -> Publication:
    found.latest += 1
    found.changed_at = now
    if publish:
        found.shown = found.latest
    found.save()
    found.versions.create(
        number=found.latest,
        written_at=now,
        restored=restored,
        **{each.name: getattr(texts, each.name) for each in fields(Texts)},
        **acted_by(actor),
    )
    return found


def _checked(found: Publication, texts: Texts) -> Texts:
    """Return the texts as they are kept. Raises `Faults`, with every fault at once."""
    kept = Texts(
        **{
            each.name: (_plain if each.name.startswith("body") else one_line)(
                getattr(texts, each.name)
            )
            for each in fields(Texts)
        }
    )
    faults: list[Invalid] = []
    if not kept.title:
        faults.append(Invalid("missing", _("This must not be empty."), field="title"))
    longest = {"title": LONGEST_TITLE, "summary": LONGEST_SUMMARY, "body": LONGEST_BODY}
    for each in fields(Texts):
        most = longest[each.name.removesuffix("_en")]
        if len(getattr(kept, each.name)) > most:
            told = fill(_("This is longer than %(longest)d characters."), longest=most)
            faults.append(Invalid("too_long", told, field=each.name))
    faults += [
        fault for name in ("body", "body_en") if (fault := _pictures(found.network, kept, name))
    ]
    ends, begins = found.ends_at, found.appears_at
    times = {"appears_at": begins, "ends_at": ends}
    faults += [wrong for name, at in times.items() if (wrong := wrong_year(at, name))]
    if ends is not None and begins is not None and ends <= begins:
        told = _("It would end before it appears: choose a later moment.")
        faults.append(Invalid("bad_ends_at", told, field="ends_at"))
    if faults:
        raise Faults(faults)
    return kept


def _plain(text: str) -> str:
    return "".join(
        sign for sign in plain_lines(text) if sign.isprintable() or sign in SPACES
    ).strip()


def _pictures(network: Network, texts: Texts, field: str) -> Invalid | None:
    named = pictures_in(getattr(texts, field))
    known = set(
        Picture.objects.filter(network=network, digest__in=named).values_list("digest", flat=True)
    )
    missing = [digest for digest in named if digest not in known]
    if not missing:
        return None
    told = fill(_("There is no picture “photo:%(digest)s” here: add it first."), digest=missing[0])
    return Invalid("no_such_picture", told, field=field)


def _slug(found: Publication, word: str) -> str:
    if not word or word != slugify(word) or len(word) > 80:
        told = _("“%(text)s” is no address: write small letters, figures and hyphens.")
        raise Faults([Invalid("bad_slug", fill(told, text=word[:80]), field="slug")])
    others = Publication.objects.filter(network=found.network, kind=found.kind, slug=word)
    if others.exclude(pk=found.pk).exists():
        taken = fill(_("Another one here has the address “%(slug)s”: choose another."), slug=word)
        raise Conflict("slug_taken", taken, field="slug")
    return word
