"""A coordinator fetches the directory, corrects it in a spreadsheet, and sends it back."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.archives.models import Draft
from comptoir.archives.operations import drafts
from comptoir.networks.models import NetworkRole
from comptoir.shops.models import FieldOrigin, Shop
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.sheet.headings import own_name
from tests.factories import make_coordinator, make_network, make_shop

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FILE = "/bureau/librairies/annuaire/fichier"


@pytest.fixture
def network():
    return make_network(slug="librairies")


@pytest.fixture
def member(network) -> Shop:
    shop = make_shop(name="=Le Pilori", phone="+33549000000", description="ancien", website="")
    join_network(shop=shop, network=network, actor=SYSTEM)
    FieldOrigin.objects.create(
        shop=shop, field="phone", written_at=timezone.now(), actor_kind="user", actor_id=1
    )
    FieldOrigin.objects.create(
        shop=shop, field="description", imported=True, source="file", offered="ancien"
    )
    return shop


def browser(network, role=NetworkRole.COORDINATOR) -> Client:
    client = Client()
    client.force_login(make_coordinator(network, role), backend=BACKEND)
    return client


def sent(client: Client, rows: list[list[str]], name: str = "membres.csv") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    file = SimpleUploadedFile(name, text.getvalue().encode())
    address = "/bureau/librairies/annuaire"
    return client.post(address, {"file": file}, follow=True).content.decode()


def fetched(client: Client) -> list[list[str]]:
    body = client.get("/bureau/librairies/annuaire/membres.csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body), delimiter=";"))


def table(client: Client) -> list[list[str]]:
    """Return the members as the file was before its headings were for people."""
    heads, *rows = fetched(client)
    return [[own_name(each) for each in heads], *rows]


def applied(client: Client, draft: int | None = None):
    """Tap “apply” under the file that is there, or in a tab that shows another."""
    looked_at = Draft.objects.get().pk if draft is None else draft
    return client.post(FILE, {"draft": looked_at}, follow=True)


def test_a_file_that_somebody_else_sent_meanwhile_is_looked_at_first(network, member) -> None:
    mine, theirs = browser(network), browser(network)
    heads, row = table(mine)
    row[heads.index("description")] = "le mien"
    sent(mine, [heads, row])
    old = Draft.objects.get().pk
    assert f'name="draft" value="{old}"' in mine.get(FILE).content.decode()
    row[heads.index("description")] = "le sien"
    sent(theirs, [heads, row], "sien.csv")
    page = applied(mine, old).content.decode()
    assert "Un autre fichier a été envoyé" in page
    assert "sien.csv" in page  # its page, to be looked at
    member.refresh_from_db()
    assert member.description == "ancien"
    mine.post(FILE, {"forget": "1", "draft": old})
    assert Draft.objects.count() == 1
    applied(theirs)
    member.refresh_from_db()
    assert member.description == "le sien"


def test_only_members_change_and_what_a_shop_wrote_stays(network, member) -> None:
    other = make_shop(name="Autre", city="Agen", postcode="47000", description="seul")
    client = browser(network)
    heads, row = table(client)
    assert row[heads.index("name")] == "'=Le Pilori"  # no formula
    row[heads.index("description")] = "nouveau"
    row[heads.index("phone")] = "05 49 11 11 11"
    row[heads.index("open_data")] = "yes"
    strange = dict(zip(heads, [""] * len(heads), strict=True))
    strange |= {"name": "Autre", "kind": "books", "city": "Agen", "postcode": "47000"}
    new = strange | {"name": "Inconnue", "city": "Limoges", "postcode": "87000"}
    page = sent(client, [heads, row, list(strange.values()), list(new.values())])
    assert "1 boutique changerait" in page
    assert "2 lignes sont refusées" in page
    assert "· Code postal</p>" in sent(
        client, [heads, list((strange | {"postcode": "870"}).values())]
    )
    page = sent(client, [heads, row, list(strange.values()), list(new.values())])
    assert "n’est pas membre de ce réseau" in page
    member.refresh_from_db()
    assert (member.description, Draft.objects.count()) == ("ancien", 1)
    done = applied(client)
    assert "1 boutique a changé" in done.content.decode()
    member.refresh_from_db()
    assert (member.description, member.phone) == ("nouveau", "+33549000000")
    assert (member.open_data, Shop.objects.count()) == (False, 2)
    other.refresh_from_db()
    assert other.description == "seul"
    noted = AuditEntry.objects.filter(deed="directory_imported", network_id=network.pk)
    assert (Draft.objects.count(), noted.count()) == (0, 1)
    # The same file again changes nothing.
    assert "0 boutique changerait" in sent(client, [heads, row])


def test_what_is_fetched_in_french_goes_back_as_it_is(network, member) -> None:
    client = browser(network)
    heads, row = fetched(client)
    assert {"Ville (city)", "Code postal (postcode)"} <= {*heads}
    assert "0 boutique changerait" in sent(client, [heads, row])
    row[heads.index("Quelques mots sur la boutique (description)")] = "nouveau"
    assert "1 boutique changerait" in sent(client, [heads, row])
    applied(client)
    member.refresh_from_db()
    assert (member.description, member.hold_days) == ("nouveau", 3)


def test_an_editor_may_not_and_a_bad_file_is_told(network, member) -> None:
    assert (
        browser(network, NetworkRole.EDITOR).get("/bureau/librairies/annuaire").status_code == 403
    )
    assert browser(make_network()).get("/bureau/librairies/annuaire").status_code == 404
    client = browser(network)
    assert "manque" in sent(client, [["a", "b"], ["1", "2"]]) or Draft.objects.count() == 0
    heads, row = table(client)
    assert "1 000 lignes" in sent(client, [heads, *[row] * (drafts.MOST_ROWS + 1)])
    sent(client, [heads, row])
    assert drafts.erase_old(now=timezone.now()) == 0
    client.post(FILE, {"forget": "1", "draft": Draft.objects.get().pk})
    assert Draft.objects.count() == 0
    sent(client, [heads, row])
    assert drafts.erase_old(now=timezone.now() + timedelta(days=2)) == 1
