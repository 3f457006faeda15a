"""The command line of the directory."""

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts import tokens
from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.shops.commands import directory as commands
from comptoir.shops.commands import shops
from comptoir.shops.models import Invitation, Shop, Staff, StaffRole
from comptoir.shops.operations import SettingsChange, update_settings
from comptoir.shops.reads import named_shop
from tests.factories import make_shop, make_staff
from tests.shops.test_import import GOOD, row, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def run(*arguments, **more):
    return CliRunner().invoke(shops, [str(each) for each in arguments], **more)


def test_import_sums_up_and_names_what_it_refused(tmp_path):
    path = write(
        tmp_path / "shops.csv",
        GOOD,
        row(postcode="1", name="B"),
        row(name="C", street="7 rue Basse", siret="2"),
    )
    result = run("import", path, "--report", tmp_path / "why.csv")
    assert result.exit_code == 0
    assert "why.csv" in result.output
    assert "postcode" in result.output
    assert "siret" in result.output
    assert Shop.objects.count() == 2
    assert (tmp_path / "why.csv").exists()


def test_import_fails_when_nothing_was_taken(tmp_path):
    assert run("import", write(tmp_path / "shops.csv", row(kind="?"))).exit_code == 1
    (tmp_path / "not.csv").write_bytes(b"\0\0")
    result = run("import", tmp_path / "not.csv")
    assert result.exit_code == 1
    assert "not.csv" in result.output


def test_list_shows_the_public_directory():
    make_shop(slug="pilori", opening_hours="24/7")
    make_shop(slug="niort", postcode="79000", opening_hours="off")
    assert "pilori" in run("list").output
    assert "niort" not in run("list", "--department", "86").output
    assert "niort" not in run("list", "--open").output


def test_list_says_by_appointment_and_which_hours_nobody_can_read():
    make_shop(slug="atelier", opening_hours='"sur rendez-vous"')
    make_shop(slug="ancien", opening_hours="Mo-Sa 10:00-18:00; SH off")
    make_shop(slug="muet", opening_hours="")
    said = dict(line.split("\t")[::3] for line in run("list").output.splitlines())
    assert said == {
        "atelier": "sur rendez-vous",
        "ancien": "horaires à réécrire",
        "muet": "horaires inconnus",
    }


def test_invite_and_token():
    shop = make_shop(slug="pilori", siret="73282932000074")
    result = run("invite", "pilori", "lea@example.org", "--manager", "--name", "Léa")
    assert result.exit_code == 0
    assert "L’invitation de lea@example.org" in result.output
    invitation = Invitation.objects.get(shop=shop)
    assert (invitation.role, invitation.name) == ("manager", "Léa")
    assert Message.objects.get().to == "lea@example.org"
    assert not Staff.objects.exists()
    assert "valable jusqu" in run("people", "pilori").output
    assert run("invite", "pilori", "lea@example.org", "--manager", "--at-once").exit_code == 0
    assert Staff.objects.get(shop=shop).role == "manager"
    assert not Invitation.objects.exists()
    result = run("token", "73282932000074", "till")
    assert named_shop("pilori", actor=tokens.authenticate(result.output.strip())) == shop


@pytest.mark.parametrize(
    "arguments", [("invite", "nowhere", "a@example.org"), ("token", "nowhere", "till")]
)
def test_an_unknown_shop_is_told(arguments):
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.exception.__class__ is SystemExit


def test_a_token_is_listed_and_revoked():
    shop = make_shop()
    secret = run("token", shop.slug, "Till").output.strip()
    number = run("tokens", shop.slug).output.split()[0]
    assert "Till" in run("tokens", shop.slug).output
    assert run("revoke", make_shop().slug, number).exit_code == 1
    assert tokens.authenticate(secret)
    assert run("revoke", shop.slug, number).exit_code == 0
    assert tokens.authenticate(secret) is None


def test_somebody_is_dismissed_by_their_address():
    shop = make_shop()
    run("invite", shop.slug, "ana@example.org", "--at-once")
    assert run("dismiss", shop.slug, "nobody@example.org").exit_code == 1
    result = run("dismiss", shop.slug, "Ana@example.org")
    assert result.exit_code == 0
    assert "ana@example.org n’a plus accès" in result.output
    assert not Staff.objects.exists()


def test_who_works_somewhere_and_who_is_invited_is_listed():
    shop = make_shop(slug="pilori")
    make_staff(shop, StaffRole.MANAGER, name="Maud", email="maud@example.org")
    run("invite", "pilori", "lea@example.org", "--name", "Léa")
    run("invite", "pilori", "ana@example.org")
    Invitation.objects.filter(email="ana@example.org").update(ends_at=timezone.now())
    rows = [line.split("\t") for line in run("people", "pilori").output.splitlines()]
    assert [row[:3] for row in rows] == [
        ["maud@example.org", "Maud", "Gérance"],
        ["lea@example.org", "Léa", "Libraire ou disquaire"],
        ["ana@example.org", "", "Libraire ou disquaire"],
    ]
    assert rows[0][3].startswith("depuis le ")
    assert rows[0][4] == "aucune connexion"
    assert rows[2][4] == "invitation expirée"
    assert run("uninvite", "pilori", "lea@example.org").exit_code == 0
    assert run("uninvite", "pilori", "lea@example.org").exit_code == 1
    assert run("role", "pilori", "maud@example.org", "staff").exit_code == 1
    assert Invitation.objects.count() == 1


def test_a_trial_tells_what_would_change_and_writes_nothing(tmp_path):
    run("import", write(tmp_path / "shops.csv", GOOD))
    path = write(tmp_path / "more.csv", row(street="5 rue Neuve"))
    result = run("import", path, "--dry-run")
    assert result.exit_code == 0
    assert "5 rue Neuve" in result.output
    assert Shop.objects.get().street == GOOD["street"]
    run("import", path)
    assert Shop.objects.get().street == "5 rue Neuve"


def test_what_a_shop_wrote_is_named_and_may_be_overwritten(tmp_path):
    path = write(tmp_path / "shops.csv", GOOD)
    run("import", path)
    change = SettingsChange(opening_hours="Mo-Sa 09:00-18:00")
    update_settings(shop=Shop.objects.get(), change=change, actor=SYSTEM)
    result = run("import", path)
    assert "opening_hours" in result.output
    assert "Mo-Sa 09:00-18:00" in result.output
    assert Shop.objects.get().opening_hours == "Mo-Sa 09:00-18:00"
    run("import", path, "--overwrite", "opening_hours")
    assert Shop.objects.get().opening_hours == GOOD["opening_hours"]


def test_a_doubtful_shop_is_asked_and_answered(tmp_path):
    bare = {"siret": "", "phone": "", "email": ""}
    run("import", write(tmp_path / "shops.csv", row(**bare)))
    path = write(tmp_path / "more.csv", row(**bare, name="Chez Marguerite"))
    asked = run("import", path)
    assert asked.exit_code == 1
    assert "--same 2=librairie-du-pilori-poitiers" in asked.output
    assert run("import", path, "--same", "2:pilori").exit_code == 2
    assert run("import", path, "--same", "2=librairie-du-pilori-poitiers").exit_code == 0
    assert Shop.objects.get().name == "Chez Marguerite"
    path = write(tmp_path / "other.csv", row(**bare, name="Encre noire"))
    assert run("import", path, "--new", "2").exit_code == 0
    assert Shop.objects.count() == 2


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("librairie-du-pilori-poitiers", {"Chez Marguerite"}),
        ("+", {"Chez Marguerite", GOOD["name"]}),
        ("", {GOOD["name"]}),
        ("nowhere", {GOOD["name"]}),
    ],
)
def test_at_a_terminal_it_is_asked_which_shop_a_row_is_about(tmp_path, monkeypatch, answer, names):
    bare = {"siret": "", "phone": "", "email": ""}
    run("import", write(tmp_path / "shops.csv", row(**bare)))
    monkeypatch.setattr(commands, "at_terminal", lambda: True)
    path = write(tmp_path / "more.csv", row(**bare, name="Chez Marguerite"))
    result = CliRunner().invoke(shops, ["import", str(path)], input=f"{answer}\n")
    assert "librairie-du-pilori-poitiers" in result.output
    assert set(Shop.objects.values_list("name", flat=True)) == names


def test_the_list_takes_the_filters_of_the_directory(tmp_path):
    jazz = make_shop(
        slug="plateau", kind="records", postcode="87120", city="Eymoutiers", latitude=45.738,
        longitude=1.742, opening_hours="Tu-Su 10:00-13:00", wheelchair="yes",
    )  # fmt: skip
    jazz.services.create(kind="mail_order")
    jazz.specialities.create(kind="jazz")
    make_shop(slug="ailleurs", paused_at=timezone.now())
    asked = (
        *("--kind", "records", "--service", "mail_order", "--speciality", "jazz"),
        *("--near", "Limoges", "--within", "50", "--open-at", "Sunday", "--wheelchair", "limited"),
        *("--department", "87", "--town", "eymoutiers", "--name", "librai"),
    )
    (line,) = run("list", *asked).output.splitlines()
    assert line.startswith("plateau\t87120 Eymoutiers\t")
    assert "km" in line.split("\t")[4]
    assert [line.split("\t")[0] for line in run("list").output.splitlines()] == [
        "plateau", "ailleurs",
    ]  # fmt: skip
    assert run("list", "--speciality", "rock").output == ""
    path = tmp_path / "a.csv"
    run("list", *asked, "--csv", path)
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 2
    for wrong in (("--within", "5"), ("--near", "Zzyzxville"), ("--open-at", "never")):
        refused = run("list", *wrong)
        assert refused.exit_code == 1, wrong
        assert refused.output.strip()
