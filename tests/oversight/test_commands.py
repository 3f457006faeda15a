"""The audit and the quality list on the command line."""

import pytest
from click.testing import CliRunner

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.oversight.commands import audit, networks
from comptoir.shops.operations import issue_token
from comptoir.shops.operations.memberships import join_network
from tests.factories import make_network, make_shop

pytestmark = pytest.mark.django_db


def test_they_tell_what_the_pages_tell_and_an_export_is_noted(tmp_path):
    network, shop = make_network(), make_shop(name="Le Rat", slug="le-rat")
    join_network(shop=shop, network=network, actor=SYSTEM)
    issue_token(shop=shop, label="Caisse", actor=SYSTEM)
    run = CliRunner().invoke
    for named in ([], ["--network", network.slug], ["--shop", "le-rat"]):
        assert "Caisse\tLe Rat" in run(audit, ["show", *named]).output
    assert "Caisse" not in run(audit, ["show", "--until", "2020-01-01"]).output
    assert not AuditEntry.objects.filter(deed="exported_audit").exists()
    file = tmp_path / "audit.csv"
    assert run(audit, ["show", "--shop", "le-rat", "--csv", str(file)]).exit_code == 0
    assert "Caisse" in file.read_text(encoding="utf-8-sig")
    assert AuditEntry.objects.get(deed="exported_audit").shop_id == shop.pk
    told = run(networks, ["quality", network.slug]).output
    assert told.startswith("le-rat\tLe Rat\t")
    assert run(networks, ["quality", "unheard-of"]).exit_code == 1
