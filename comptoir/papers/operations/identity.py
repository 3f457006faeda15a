"""How a shop names itself on its papers."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.core.errors import Faults, Invalid, Message, fill, invalid
from comptoir.core.text import one_line
from comptoir.papers.identity import is_vat_number, likely_prefix, prefixes_of_others
from comptoir.papers.models import CountedBy, LegalIdentity
from comptoir.papers.operations.turns import lock_business
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

_PREFIX = re.compile(r"[A-Z0-9][A-Z0-9-]{0,9}", re.ASCII)
_TEXTS = frozenset({"name", "form", "capital", "register", "vat_number", "prefix", "counted_by"})
_LONGEST = {"name": 120, "form": 60, "capital": 30, "register": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySaid:
    """What is written (`LegalIdentity`); empty is what a shop has not."""

    name: str
    form: str
    capital: str = ""
    register: str = ""
    vat_number: str = ""
    without_vat: bool = False
    prefix: str = "C-"
    counted_by: str = CountedBy.PAID


@transaction.atomic
def write_identity(*, shop: Shop, said: IdentitySaid, actor: Actor, now: datetime) -> LegalIdentity:
    """Write what law wants of a shop on its papers. Papers that were issued stay as they are.

    Guard: `CHANGE_SHOP`. Locks: the shop, then the numbers of its business. Writes: the
    identity, an entry of the audit where something changed. Announces nothing. Raises `NotFound`,
    `Forbidden`, `Conflict` (`shop_ended`), `Invalid` (`Faults`: `bad_name`, `bad_form`,
    `bad_capital`, `bad_register`, `bad_vat_number`, `bad_prefix`, `bad_counted_by`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    values = _checked(said)
    lock_business(shop)
    if values["prefix"] in prefixes_of_others(shop):
        told = fill(
            _("Another shop of this business numbers so. One that is free: %(free)s."),
            free=likely_prefix(shop),
        )
        raise Faults([invalid("prefix", told)])
    row = LegalIdentity.objects.filter(shop=shop).first() or LegalIdentity(shop=shop)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed or row._state.adding:
        for name, value in values.items():
            setattr(row, name, value)
        row.changed_at = now
        row.save()
        facts = {"fields": sorted(changed)}
        note(actor, "wrote_identity", subject=shop, shop_id=shop.pk, facts=facts)
    return row


def _checked(said: IdentitySaid) -> dict[str, Any]:
    values = {name: one_line(value) for name, value in asdict(said).items() if name in _TEXTS}
    values["vat_number"] = values["vat_number"].replace(" ", "").upper()
    values["prefix"] = values["prefix"].upper()
    faults: list[Invalid] = []
    told: Message
    if not values["name"]:
        faults.append(invalid("name", _("An invoice names the business: write its name.")))
    if not values["form"]:
        told = _("Write the legal form: SARL, SAS, association, entrepreneur individuel…")
        faults.append(invalid("form", told))
    for name, most in _LONGEST.items():
        if len(values[name]) > most:
            told = _("At most %(most)d characters.") % {"most": most}
            faults.append(invalid(name, told))
    if values["vat_number"] and not is_vat_number(values["vat_number"]):
        told = _("That is no French VAT number: FR, two digits, and the nine of the SIREN.")
        faults.append(invalid("vat_number", told))
    if not _PREFIX.fullmatch(values["prefix"]):
        told = _("Numbers begin with up to ten capital letters, digits or “-”.")
        faults.append(invalid("prefix", told))
    if values["counted_by"] not in CountedBy.values:
        told = _("Sales are reported by the day they were paid, or sent.")
        faults.append(invalid("counted_by", told))
    if faults:
        raise Faults(faults)
    return values | {"without_vat": bool(said.without_vat)}
