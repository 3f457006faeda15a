"""What is refused about neighbours."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict, Invalid, NotFound, fill


def no_such_neighbour(address: str) -> NotFound:
    """Return that no neighbour has this address."""
    told = _("No neighbour has this address: “comptoir neighbours list” tells those there are.")
    return NotFound("no_such_neighbour", told, address=address[:200])


def known_already(address: str) -> Conflict:
    """Return that this neighbour was added before."""
    told = _("%(address)s is a neighbour already.")
    return Conflict("neighbour_exists", fill(told, address=address), address=address)


def too_many(most: int) -> Conflict:
    """Return that there are as many as there may be."""
    told = _("An installation has %(most)d neighbours at most: remove one first.")
    return Conflict("too_many_neighbours", fill(told, most=most), most=most)


def own_address() -> Invalid:
    """Return that nobody is their own neighbour."""
    told = _("This is the address of this installation itself.")
    return Invalid("own_address", told, field="address")


def no_origin(address: str) -> Invalid:
    """Return that an address has more than a host."""
    told = _("“%(address)s” is no address of a site: write it as https://livres.example.org.")
    return Invalid("bad_address", fill(told, address=address[:80]), field="address")


def no_description(address: str, why: object) -> Invalid:
    """Return that an address does not describe itself as a neighbour has to."""
    told = _(
        "%(address)s does not describe itself (%(why)s). Nothing was changed: ask whoever runs it"
        " for its address and its version, and try again."
    )
    return Invalid("no_description", fill(told, address=address, why=why), field="address")
