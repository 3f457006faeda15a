"""Which role gets which file, and whether a reader may be named in it."""

import pytest
from django.test import Client

from comptoir.networks.models import NetworkRole
from comptoir.shops.models import StaffRole
from tests.browsers import browser_of
from tests.factories import make_coordinator, make_network, make_operator, make_staff
from tests.privacy.person import NEEDLES, Seeded

pytestmark = pytest.mark.django_db
SHOP, NETWORK = "/comptoir/{slug}", "/bureau/asso"
STAFF, OWNER, EDITOR, COORDINATOR, OPERATOR = "staff", "owner", "editor", "coordinator", "operator"
READERS_OF = {
    SHOP + "/stock.csv": {STAFF, OWNER},
    SHOP + "/comptages/caisse.csv": {STAFF, OWNER},
    SHOP + "/chiffres.csv": {STAFF, OWNER},
    SHOP + "/boutique/journal.csv": {OWNER},
    SHOP + "/boutique/factures/ventes.csv?first=2026-01-01&last=2026-12-31": {OWNER},
    NETWORK + "/annuaire/membres.csv": {COORDINATOR},
    NETWORK + "/qualite.csv": {COORDINATOR, EDITOR},
    NETWORK + "/chiffres.csv": {COORDINATOR, EDITOR},
    NETWORK + "/audit.csv": {COORDINATOR},
    NETWORK + "/registre.csv": {COORDINATOR},
    "/bureau/journal.csv": {OPERATOR},
    "/donnees/boutiques.csv": {STAFF, OWNER, EDITOR, COORDINATOR, OPERATOR},
}
"""By address, who gets the file. None of these names a reader; those that do are the table for the
carrier (who works in the shop, for the day's parcels) and the export of a shop (its owner)."""


def test_no_file_names_a_reader_and_each_is_its_roles_alone():
    seeded = Seeded()
    shop, network = seeded.shop, make_network(slug="asso")
    shop.memberships.create(network=network, actor_kind="system")
    for code in ("1001", "1005"):
        seeded.order(code, status="placed", ended_at=None)
    seeded.posted("1002", 2_000)
    who: dict[str, Client] = {
        STAFF: browser_of(make_staff(shop)),
        OWNER: browser_of(make_staff(shop, StaffRole.MANAGER)),
        EDITOR: browser_of(make_coordinator(network, NetworkRole.EDITOR)),
        COORDINATOR: browser_of(make_coordinator(network)),
        OPERATOR: browser_of(make_operator()),
    }
    for address, allowed in READERS_OF.items():
        page = address.format(slug=shop.slug)
        got = set()
        for role, browser in who.items():
            answer = browser.get(page)
            if answer.status_code == 200:
                got.add(role)
                text = answer.getvalue().decode()
                assert not [needle for needle in NEEDLES if needle in text], (page, role)
        assert got >= allowed, page
        assert got - allowed <= {OPERATOR, STAFF}, page
