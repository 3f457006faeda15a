"""A network made, and what it is called and decides changed."""

from dataclasses import asdict, dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.core.db import violated_constraint
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.identifiers import parse_website
from comptoir.core.text import one_line
from comptoir.networks.colours import read_colour
from comptoir.networks.hosts import read_host
from comptoir.networks.logos import Picture
from comptoir.networks.models import Logo, Network
from comptoir.networks.operations.hosts import claim_host
from comptoir.networks.operations.scope import NetworkVerb, in_network, system_alone

MOST_ABOUT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChange:
    """What to change about a network; None leaves a thing as it is, an empty text empties it."""

    name: str | None = None
    host: str | None = None
    about: str | None = None
    website: str | None = None
    accent: str | None = None


@transaction.atomic
def create_network(*, name: str, slug: str = "", change: NetworkChange, actor: Actor) -> Network:
    """Create a network and return it; its word in addresses is made of its name unless given.

    Guard: the system alone. Locks: if it is given a host, the turn of all who give hosts. Writes:
    the network. Raises `Forbidden`, `Invalid` (`missing`, `too_long`, `bad_slug`, `bad_host`,
    `bad_website`, `bad_colour`, `pale_colour`), `Conflict` (`slug_taken`, `host_taken`).
    """
    system_alone(actor)
    word = slug or slugify(name)[:80].strip("-")
    if not word or word != slugify(word) or len(word) > 80:
        told = _("“%(text)s” is no address: write small letters, figures and hyphens.")
        raise Invalid("bad_slug", told % {"text": word[:80]}, field="slug")
    made = Network(slug=word)
    _apply(made, replace(change, name=name))
    return _save(made)


@transaction.atomic
def set_logo(*, network: Network, picture: Picture | None, actor: Actor) -> Network:
    """Give a network's portal a logo (`logos.read_logo`), or take it away, and return the network.

    Guard: `CHANGE_NETWORK`. Locks: the network. Writes: the logo, the network, a line of the audit.
    Raises `NotFound`, `Forbidden`.
    """
    locked = in_network(network, actor, NetworkVerb.CHANGE_NETWORK, lock=True)
    Logo.objects.filter(network=locked).delete()
    if picture is not None:
        Logo.objects.create(network=locked, digest=picture.digest, content=picture.content)
    shown = picture or Picture("", b"", 0, 0)
    decides = replace(
        locked.decides,
        logo=shown.digest,
        logo_width=shown.width,
        logo_height=shown.height,
    )
    locked.settings = locked.settings | asdict(decides)
    locked.save(update_fields=["settings"])
    facts = {"logo": shown.digest}
    note(actor, "changed_network", network_id=locked.pk, facts=facts)
    return locked


@transaction.atomic
def change_network(*, network: Network, change: NetworkChange, actor: Actor) -> Network:
    """Change what a network is called and decides, and return it.

    Guard: `CHANGE_NETWORK`; of the host, the system alone: it is the installation that answers
    there. Locks: the network, and for a host the turn of all who give hosts. Writes: the network, a
    line of the audit. Raises `NotFound`, `Forbidden`, `Invalid` and `Conflict` as `create_network`
    does.
    """
    locked = in_network(network, actor, NetworkVerb.CHANGE_NETWORK, lock=True)
    if change.host is not None:
        system_alone(actor)
    _apply(locked, change)
    saved = _save(locked)
    facts = {name: value for name, value in asdict(change).items() if value is not None}
    note(actor, "changed_network", network_id=saved.pk, facts=facts)
    return saved


def _apply(network: Network, change: NetworkChange) -> None:
    """Put what a change names into a network, and save nothing. Raises `Invalid`, `Conflict`."""
    if change.name is not None:
        network.name = _line("name", change.name, 120)
        if not network.name:
            raise Invalid("missing", _("This must not be empty."), field="name")
    if change.host is not None:
        wanted, known = read_host(change.host), network.host
        if wanted and wanted != known:
            claim_host(wanted)
        network.host = wanted
    decides = network.decides
    if change.about is not None:
        decides = replace(decides, about=_line("about", change.about, MOST_ABOUT))
    if change.website is not None:
        website = parse_website(change.website) if change.website.strip() else ""
        decides = replace(decides, website=website)
    if change.accent is not None:
        decides = replace(decides, accent=read_colour(change.accent))
    network.settings = network.settings | asdict(decides)


def _line(field: str, text: str, longest: int) -> str:
    line = one_line(text)
    if len(line) > longest:
        told = _("This is longer than %(longest)d characters.") % {"longest": longest}
        raise Invalid("too_long", told, field=field, longest=longest)
    return line


def _save(network: Network) -> Network:
    try:
        with transaction.atomic():
            network.save()
    except IntegrityError as error:
        taken = violated_constraint(error) or ""
        if "slug" in taken:
            told = _("Another network has this word in its addresses.")
            raise Conflict("slug_taken", told, network=network.slug) from error
        raise
    return network
