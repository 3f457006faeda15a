"""Who made what is posted: written by a shop, or by the installation for all of them."""

import csv
import io
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Faults, Invalid, invalid
from comptoir.core.text import one_line
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.terms.errors import no_such_maker
from comptoir.terms.makers import key_of
from comptoir.terms.models import Maker

_LONGEST = {"imprint": 200, "name": 120, "address": 200, "contact": 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerSaid:
    """Who made what an imprint or label publishes (`Maker`)."""

    imprint: str
    name: str
    address: str
    contact: str


@transaction.atomic
def write_maker(*, shop: Shop, said: MakerSaid, actor: Actor, now: datetime) -> Maker:
    """Write who is asked about what an imprint made, for this shop; in place of what it wrote
    before.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the maker. Raises `NotFound`, `Forbidden`,
    `Conflict` (`shop_ended`), `Invalid` (`Faults`: `bad_imprint`, `bad_name`, `bad_address`,
    `bad_contact`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    return _written(shop, said, now)


@transaction.atomic
def read_makers(text: str, *, now: datetime) -> int:
    """Write the makers of a CSV (with a head: imprint, name, address, contact; comma or semicolon)
    for all shops of the installation, and return how many; all or none.

    Guard: the command line's own. Writes: the makers. Raises `Invalid` (`bad_makers`, with its
    row).
    """
    separator = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    read = 0
    for place, row in enumerate(rows, 2):
        try:
            _written(None, MakerSaid(**{name: row.get(name) or "" for name in _LONGEST}), now)
        except Faults as refusal:
            told = str(_("Row %(place)d: %(why)s"))
            why = {"place": place, "why": str(refusal.faults[0])}
            raise Invalid("bad_makers", told % why, place=place) from None
        read += 1
    return read


def _written(shop: Shop | None, said: MakerSaid, now: datetime) -> Maker:
    values = {name: one_line(text) for name, text in asdict(said).items()}
    faults: list[Invalid] = []
    for name, most in _LONGEST.items():
        if not 0 < len(values[name]) <= most:
            told = _("Write it, in at most %(most)d characters.") % {"most": most}
            faults.append(invalid(name, told))
    if "@" not in values["contact"] and not values["contact"].startswith(("http://", "https://")):
        told = str(_("A mail address, or the whole address of a form: https://…"))
        faults.append(invalid("contact", told))
    if faults:
        raise Faults(faults)
    made, _new = Maker.objects.update_or_create(
        shop=shop, key=key_of(values["imprint"]), defaults=values | {"changed_at": now}
    )
    return made


@transaction.atomic
def remove_maker(*, shop: Shop, maker_id: int, actor: Actor) -> None:
    """Take back what a shop wrote of a maker; the installation's word holds again.

    Guard: `CHANGE_SHOP`. Locks: the shop. Deletes: the maker. Raises `NotFound` (also
    `no_such_maker`), `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    if not Maker.objects.filter(shop=shop, pk=maker_id).delete()[0]:
        raise no_such_maker()
