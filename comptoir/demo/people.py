"""The shops of the demonstration in the directory, and the people who work there."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import User, acted_by
from comptoir.accounts.tokens import authenticate
from comptoir.demo.entries import entry_of, networks_of_region
from comptoir.demo.region import ShopPlan, plans
from comptoir.networks.models import Network, NetworkRole
from comptoir.networks.operations import NetworkChange, appoint, create_network
from comptoir.papers.identity import likely_vat_number
from comptoir.papers.models import LegalIdentity
from comptoir.quotes.models import Band, Tariff
from comptoir.quotes.start import STARTING_BANDS, STARTING_BOX
from comptoir.shops.models import Membership, Service, ServiceKind, Shop, Speciality, StaffRole
from comptoir.shops.operations import employ_staff, issue_token, revoke_token
from comptoir.terms.models import Conditions
from comptoir.terms.operations import publish

DOMAIN = "@comptoir.example"
TWO_SHOPS = f"deux-boutiques{DOMAIN}"
MANAGER = f"gerance{DOMAIN}"
COORDINATION = f"coordination{DOMAIN}"
LABEL = "demo"
POSTED_SINCE = date(2012, 1, 1)
"""Since when shops of the demonstration have prices of parcels: any day may be asked about."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who may sign in, and where they work."""

    email: str
    shops: tuple[str, ...]
    role: StaffRole


@transaction.atomic
def load_shops(count: int) -> list[Shop]:
    """Bring the first `count` shops into the directory; those already there stay as they are."""
    todo = list(plans(count))
    known = {shop.siret: shop for shop in Shop.objects.filter(demo=True)}
    new = [plan for plan in todo if plan.siret not in known]
    made = Shop.objects.bulk_create(map(_shop, new), batch_size=1_000)
    _load_entries(list(zip(made, new, strict=True)), load_networks())
    known |= {shop.siret: shop for shop in made}
    return [known[plan.siret] for plan in todo]


@transaction.atomic
def load_staff(shops: list[Shop]) -> None:
    """Give each shop a login, and two people a special one; those already there stay.

    They sign in without a password: by a code, which the demonstration's mails show.
    """
    known = set(User.objects.filter(email__endswith=DOMAIN).values_list("email", flat=True))
    new = [login for login in logins(shops) if login.email not in known]
    by_slug = {shop.slug: shop for shop in shops}
    for login in new:
        for slug in login.shops:
            employ_staff(shop=by_slug[slug], email=login.email, role=login.role, actor=SYSTEM)


def token(shop: Shop) -> str:
    """Return the secret of an API token of a shop, made once and kept under `var/`."""
    path = settings.VAR / "demo-token"
    if path.exists():
        secret = path.read_text(encoding="utf-8").strip()
        if authenticate(secret) is not None:
            return secret
    # One whose file is gone (the database came from elsewhere) serves nobody any more.
    for left in shop.tokens.filter(token__label=LABEL, token__revoked_at=None):
        revoke_token(shop=shop, token_id=left.token_id, actor=SYSTEM)
    secret = issue_token(shop=shop, label=LABEL, actor=SYSTEM)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret)
    return secret


def logins(shops: list[Shop]) -> list[Login]:
    """Return who may sign in: one for each shop, one for two shops, one owner."""
    ordinary = [Login(f"{shop.slug}{DOMAIN}", (shop.slug,), StaffRole.STAFF) for shop in shops]
    return [
        *ordinary,
        Login(TWO_SHOPS, (shops[0].slug, shops[2].slug), StaffRole.STAFF),
        Login(MANAGER, (shops[0].slug,), StaffRole.MANAGER),
    ]


def load_networks() -> dict[str, Network]:
    """Create the associations of the demonstration; those already there stay as they are."""
    known = {each.slug: each for each in Network.objects.all()}
    for slug, name in networks_of_region():
        if slug not in known:
            change = NetworkChange()
            known[slug] = create_network(name=name, slug=slug, change=change, actor=SYSTEM)
    role = NetworkRole.COORDINATOR
    for network in known.values():
        if not network.people.exists():
            appoint(network=network, email=COORDINATION, role=role, actor=SYSTEM)
    return known


def _shop(plan: ShopPlan) -> Shop:
    entry = entry_of(plan)
    return Shop(
        slug=plan.slug,
        name=plan.name,
        kind=plan.kind,
        siret=plan.siret,
        street=plan.street,
        postcode=plan.town.postcode,
        city=plan.town.name,
        latitude=plan.latitude,
        longitude=plan.longitude,
        phone=plan.phone,
        email=plan.email,
        website=f"https://{plan.domain}/",
        description="Boutique imaginaire de la région de démonstration.",
        opening_hours=plan.opening_hours,
        rings_up=plan.rings_up,
        confirm_after=plan.confirm_after,
        wheelchair=entry.wheelchair,
        open_data=entry.open_data,
        shares_stock=True,
        demo=True,
    )


def _load_entries(made: list[tuple[Shop, ShopPlan]], networks: Mapping[str, Network]) -> None:
    """Write what shops that were just made say of themselves."""
    entries = [(shop, entry_of(plan)) for shop, plan in made]
    Service.objects.bulk_create(
        Service(shop=shop, kind=kind, how=how)
        for shop, entry in entries
        for kind, how in entry.services.items()
    )
    Speciality.objects.bulk_create(
        Speciality(shop=shop, kind=kind)
        for shop, entry in entries
        for kind in sorted(entry.specialities)
    )
    Membership.objects.bulk_create(
        Membership(shop=shop, network=networks[slug], **acted_by(SYSTEM))
        for shop, entry in entries
        for slug in entry.networks
    )
    _load_parcels(shop for shop, entry in entries if ServiceKind.MAIL_ORDER in entry.services)
    # What their invoices say: a business of fiction each, whose VAT number is right.
    LegalIdentity.objects.bulk_create(
        LegalIdentity(
            shop=shop,
            name=f"{shop.name} SARL",
            form="SARL",
            capital="8 000 €",
            register=f"RCS {shop.city}",
            vat_number=likely_vat_number(shop),
        )
        for shop, _entry in entries
    )
    load_terms([shop for shop, entry in entries if ServiceKind.MAIL_ORDER in entry.services])


def load_terms(shops: Sequence[Shop]) -> None:
    """Have shops that post publish their conditions, with a mediator of fiction."""
    Conditions.objects.bulk_create(
        Conditions(
            shop=shop,
            director="Camille Exemple",
            mediator_name="Médiation d’exemple",
            mediator_address="1 place de l’Exemple, 75000 Paris",
            mediator_site="https://mediation.example",
        )
        for shop in shops
    )
    for shop in shops:
        publish(shop=shop, actor=SYSTEM, now=timezone.now())


def _load_parcels(shops: Iterable[Shop]) -> None:
    """Have shops post parcels, at the prices that a shop begins with."""
    grams, mm = STARTING_BOX
    tariffs = Tariff.objects.bulk_create(
        Tariff(shop=shop, since=POSTED_SINCE, box_grams=grams, box_mm=mm) for shop in shops
    )
    Band.objects.bulk_create(
        Band(tariff=tariff, **asdict(band)) for tariff in tariffs for band in STARTING_BANDS
    )
