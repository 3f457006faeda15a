"""A shop fills in its conditions, and publishes them as a version."""

from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Faults, Invalid, invalid
from comptoir.core.text import one_line, plain_lines
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.terms import law
from comptoir.terms.documents import written
from comptoir.terms.errors import TermsLack
from comptoir.terms.facts import NAMES, facts_of, lacking
from comptoir.terms.models import Conditions, TermsVersion

_LONGEST = {
    "director": 120,
    "mediator_name": 120,
    "mediator_address": 200,
    "mediator_site": 200,
    "packaging_number": 40,
    "return_address": 200,
    "own_words": 4000,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionsSaid:
    """What is written (`Conditions`); empty is what a shop has not."""

    director: str = ""
    mediator_name: str = ""
    mediator_address: str = ""
    mediator_site: str = ""
    packaging_number: str = ""
    return_address: str = ""
    own_words: str = ""
    pays_return: bool = False
    claims_exemption: bool = False


@transaction.atomic
def write_conditions(
    *, shop: Shop, said: ConditionsSaid, actor: Actor, now: datetime
) -> Conditions:
    """Write what a shop fills into its conditions. What it has published stays until it publishes
    again.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the row, an entry of the audit where something
    changed. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`), `Invalid` (`Faults`: one by
    each column that is too long, `bad_mediator_site`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    values = _checked(said)
    row = Conditions.objects.filter(shop=shop).first() or Conditions(shop=shop)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if changed or row._state.adding:
        for name, value in values.items():
            setattr(row, name, value)
        row.changed_at = now
        row.save()
        note(actor, "wrote_terms", subject=shop, shop_id=shop.pk, facts={"fields": changed})
    return row


@transaction.atomic
def publish(*, shop: Shop, actor: Actor, now: datetime) -> TermsVersion:
    """Publish a shop's conditions, legal notice and privacy page as they are filled in: orders are
    made under this version from now on. What is in force already, word for word, is left as it is.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the version, an entry of the audit. Raises
    `NotFound`, `Forbidden`, `Conflict` (`shop_ended`, `terms_lack` with the columns).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    if wanting := lacking(shop):
        raise TermsLack(wanting, [NAMES[name] for name in wanting])
    day = now.astimezone(ZoneInfo(shop.time_zone)).date()
    texts = written(facts_of(shop), day)
    last = TermsVersion.objects.filter(shop=shop).order_by("-number").first()
    if last is not None and last.texts == texts:
        return last
    version = TermsVersion.objects.create(
        shop=shop,
        number=last.number + 1 if last else 1,
        published_at=now,
        tells_withdrawal=law.holds("withdrawal_days", day),
        texts=texts,
        **acted_by(actor),
    )
    facts = {"number": version.number}
    note(actor, "published_terms", subject=version, shop_id=shop.pk, facts=facts)
    return version


def _checked(said: ConditionsSaid) -> dict[str, str | bool]:
    values = {
        name: value if isinstance(value, bool) else one_line(value)
        for name, value in asdict(said).items()
    }
    values["own_words"] = plain_lines(said.own_words).strip()
    faults: list[Invalid] = []
    for name, most in _LONGEST.items():
        if len(str(values[name])) > most:
            told = _("At most %(most)d characters.") % {"most": most}
            faults.append(invalid(name, told))
    site = urlsplit(str(values["mediator_site"]))
    if values["mediator_site"] and not (site.scheme in ("http", "https") and site.hostname):
        told = str(_("Write the whole address of the site: https://…"))
        faults.append(invalid("mediator_site", told))
    if faults:
        raise Faults(faults)
    return values
