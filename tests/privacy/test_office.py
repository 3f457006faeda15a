"""The register is the table, the incident page says who has access, the proofs are shown."""

import csv
import io
from datetime import timedelta

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.retention import walk
from comptoir.networks.models import NetworkRole
from comptoir.networks.operations.people import release
from comptoir.oversight.register import ACTIVITIES, lines
from tests.browsers import browser_of
from tests.factories import make_coordinator, make_network, make_operator
from tests.privacy.person import EMAIL, NAME, seed

pytestmark = pytest.mark.django_db


def test_no_activity_is_missing_and_none_is_invented():
    assert {label for label, _rows in walk.rows_by_package()} == set(ACTIVITIES)
    assert len(list(lines())) == len(walk.table()) + 1


def test_the_register_and_the_incident_page_are_the_coordinators():
    network = make_network(slug="asso")
    boss = browser_of(make_coordinator(network, name="Odile Office"))
    page = boss.get("/bureau/asso/registre").content.decode()
    assert page.count('<section class="register__part">') == len(ACTIVITIES)
    rows = list(
        csv.reader(
            io.StringIO(b"".join(boss.get("/bureau/asso/registre.csv")).decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert len(rows) == len(walk.table()) + 1
    gone = make_coordinator(network, NetworkRole.EDITOR, name="Gaspard Parti")
    release(network=network, user_id=gone.pk, actor=SYSTEM)
    incident = boss.get("/bureau/asso/incident").content.decode()
    assert "72" in incident
    assert "Odile Office" in incident
    assert "Gaspard Parti" in incident, "who had access lately, too"


def test_whoever_runs_the_installation_sees_the_proofs_without_a_person():
    seeded = seed()
    walk.erase_all(seeded.at + timedelta(days=800))
    page = browser_of(make_operator()).get("/bureau/donnees").content.decode()
    assert "alerts.Alert" in page
    assert NAME not in page
    assert EMAIL not in page
