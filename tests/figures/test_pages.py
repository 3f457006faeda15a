"""The figures on screens and in files: whose they are, what is hidden, and what is said."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pypdfium2
import pytest
from click.testing import CliRunner
from django.test import Client

from comptoir.figures import publication
from comptoir.figures.commands import figures
from comptoir.figures.models import MemberSpan, Tally, Unmet, YearSums
from comptoir.figures.operations import follow
from comptoir.figures.operations.counts import add_up
from comptoir.figures.publication import publish
from comptoir.figures.reads import count_year, counted_of
from comptoir.networks.models import Network, NetworkRole
from comptoir.shops.models import Shop
from tests import trials
from tests.factories import make_coordinator, make_network, make_product, make_shop, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_one_transaction")]
YEAR = 2025
PARTS = ("unconfirmed", "collected", "not_found", "cancelled", "expired", "open")


def tally(shop: Shop, month: int, *, network: Network | None = None, **counts: int) -> Tally:
    """Return what a shop took in on a day of a month."""
    parts = {name: counts.pop(name, 0) for name in PARTS}
    return Tally.objects.create(
        shop=shop,
        day=datetime(YEAR, month, 5, tzinfo=UTC).date(),
        network=network,
        channel="web",
        placed=sum(parts.values()),
        answers=[3] * counts.pop("answered", 0),
        set_asides=[7] * counts.pop("set_aside", 0),
        **{name: counts.pop(name, 0) for name in ("cents", "copies", "unanswered")},
        **{name: counts.pop(name, 0) for name in ("told", "newcomers")},
        **parts,
    )


@pytest.fixture
def network() -> Network:
    return make_network(name="Librairies du Clain")


@pytest.fixture
def members(network) -> list[Shop]:
    """Six members with much, one with little, and a shop that is none."""
    shops = [member(network, name=f"Librairie {n}", city=f"Ville {n // 2}") for n in range(7)]
    much = {"expired": 7, "answered": 80, "set_aside": 60, "copies": 120, "cents": 150_000}
    for number, shop in enumerate(shops):
        for month in range(1, 12 if number < 6 else 1):
            here = network if month % 2 else None
            much |= {"collected": 93 + number, "told": 20, "newcomers": 9}
            tally(shop, month, network=here, not_found=2 * (month == 4 and not number), **much)
    tally(shops[6], 3, collected=3)
    tally(make_shop(name="Ailleurs"), 3, collected=5000)
    return shops


def member(network: Network, **fields: str) -> Shop:
    """Return a shop that has been a member for years, as the job has noted it."""
    shop = make_shop(**fields)
    since = datetime(2020, 1, 1, tzinfo=UTC)
    shop.memberships.create(network=network, since=since, actor_kind="system")
    follow()
    return shop


def office(network: Network, role: NetworkRole = NetworkRole.COORDINATOR) -> Client:
    client = Client()
    client.force_login(make_coordinator(network, role))
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path, headers={"Accept-Language": "fr"})
    assert answer.status_code == 200
    return plain(answer.content.decode())


def plain(text: str) -> str:
    """Return a text with plain spaces, one at a time."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\u202f", " "))


def sheet(client: Client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.streaming
    return list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))


def test_a_year_is_said_drawn_and_listed(network, members):
    address = f"/bureau/{network.slug}/chiffres?year={YEAR}"
    shown = page(office(network, NetworkRole.EDITOR), address)
    assert (
        "En 2025, 6 770 réservations ; 93 % de celles qui ont pris fin ont été retirées." in shown
    )
    assert "3 690 d’entre elles ont été faites à l’adresse du réseau lui-même." in shown
    assert "la moitié est mise de côté en 1 h 30 d’ouverture au plus." in shown
    assert "La moitié reçoit une réponse en 20 min d’ouverture au plus." in shown
    assert "Aucune n’est restée sans réponse." in shown
    assert "Au plus 594 lecteurs ont réservé pour la première fois." in shown
    assert "7 920 exemplaires ont été retirés, pour 99 000 €." in shown
    assert shown.count('class="chart__all"') == 11
    assert '<desc id="chart-desc">11 barres. La plus longue : Mars 2025' in shown
    assert "Ailleurs" not in shown
    assert "style=" not in shown.split("<main")[1]


def test_what_the_job_added_up_is_what_pages_add_up(network, members):
    client = office(network)
    address = f"/bureau/{network.slug}/chiffres.csv?year={YEAR}&by=shop"
    before = sheet(client, address)
    add_up()
    assert YearSums.objects.get().year == YEAR
    assert sheet(client, address) == before
    # And a page reads what was added up.
    YearSums.objects.update(counted={"sums": [], "steps": []})
    follow()
    assert sheet(client, address) != before


def test_what_is_hidden_is_worked_out_by_the_job(network, members, monkeypatch):
    before = publish(count_year(network, YEAR), YEAR)
    add_up()
    monkeypatch.setattr(publication, "_hidden", None)  # whoever works it out fails
    assert publish(counted_of(network, YEAR), YEAR) == before
    # Under a new name a shop stands in another line.
    Shop.objects.filter(pk=members[-1].pk).update(name="À la première page", city="Ailly")
    with pytest.raises(TypeError):
        publish(counted_of(network, YEAR), YEAR)


def test_a_small_shop_stands_with_another(network, members):
    address = f"/bureau/{network.slug}/chiffres?year={YEAR}&by=shop"
    shown = page(office(network), address)
    assert "Librairie 0" in shown
    rows = sheet(office(network), address.replace("chiffres?", "chiffres.csv?"))
    names = [row[0] for row in rows]
    assert "Librairie 6" not in names
    assert sum("Librairie 6" in name for name in names) == 1
    assert rows[-1][:2] == ["Ensemble", "6770"]


def test_a_month_of_shops_has_what_was_placed_alone(network, members):
    rows = sheet(
        office(network), f"/bureau/{network.slug}/chiffres.csv?year={YEAR}&from=4&to=4&by=shop"
    )
    assert rows[0] == ["Boutique", "Réservations"]
    assert len(rows) == 8
    assert rows[-1] == ["Ensemble", "617"]


def test_no_file_has_a_count_under_five(network):
    """Drawn figures of a small network: whatever is asked for, and the report."""
    dice = trials.dice("pages")
    shops = [member(network, name=f"L{number}", city=f"V{number // 3}") for number in range(9)]
    for shop in shops:
        for month in range(1, 13):
            counts = {name: dice.choice([0, 0, 0, 0, 0, 1, 4]) for name in PARTS}
            tally(shop, month, network=dice.choice([None, network]), **counts)
    client = office(network)
    seen = 0
    for by in ("month", "town", "shop"):
        for months in ("", "&from=3&to=3", "&from=2&to=7"):
            address = f"/bureau/{network.slug}/chiffres.csv?year={YEAR}&by={by}{months}"
            head, *rows = sheet(client, address)
            counted = [n for n, name in enumerate(head) if n and "(%)" not in name]
            for row in rows:
                cells = [row[n] for n in counted if head[n] != "Valeur (€)"]
                assert not {"1", "2", "3", "4"} & set(cells), (address, row)
                seen += cells.count("*")
    assert seen > 20


def test_a_network_too_small_shows_nothing(network):
    tally(member(network, name="Seule"), 3, collected=4)
    client = office(network)
    for by in ("month", "shop"):
        shown = page(client, f"/bureau/{network.slug}/chiffres?year={YEAR}&by={by}")
        assert "moins de 5 réservations" in shown
        assert "<table" not in shown
    rows = sheet(client, f"/bureau/{network.slug}/chiffres.csv?year={YEAR}")
    assert set(rows[-1][1:-3]) == {"*"}


def test_a_shop_counts_while_it_is_a_member(network, members):
    MemberSpan.objects.filter(shop=members[0]).update(last_day=f"{YEAR}-03-31")
    MemberSpan.objects.create(
        network=network, shop=members[0], first_day=f"{YEAR}-10-05", last_day=None
    )
    rows = sheet(office(network), f"/bureau/{network.slug}/chiffres.csv?year={YEAR}")
    # In March 618, in October 615, of which the first member had 100.
    assert [row[1] for row in rows[3:12]] == [
        *("618", "515", "515", "515", "515", "515", "515"),
        "615",
        "615",
    ]
    other = make_network()
    assert "<table" not in page(office(other), f"/bureau/{other.slug}/chiffres?year={YEAR}")


def test_a_bad_period_is_said(network, members):
    for asked in ("year=abc", "year=1492", "from=9&to=3", "by=reader"):
        shown = page(office(network), f"/bureau/{network.slug}/chiffres?{asked}")
        assert "L’adresse ne désigne pas une période" in shown


def test_what_was_asked_for_in_vain_is_named_from_five_times_on(network, members):
    often, seldom = make_product(title="Souvent"), make_product(title="Rarement")
    for product, times in ((often, 7), (seldom, 4)):
        Unmet.objects.create(shop=members[1], product=product, month=f"{YEAR}-05-01", count=times)
    Unmet.objects.create(shop=make_shop(), product=often, month=f"{YEAR}-05-01", count=90)
    shown = page(office(network), f"/bureau/{network.slug}/chiffres?year={YEAR}")
    assert "Les lecteurs ont demandé 11 fois 2 titres que personne n’avait" in shown
    assert "Souvent" in shown
    assert "Rarement" not in shown


def test_a_shop_sees_its_own_whole_and_the_middle_of_the_others(network, members):
    client = Client()
    client.force_login(make_staff(members[6]))
    address = f"/comptoir/{members[6].slug}/chiffres"
    shown = page(client, f"{address}?year={YEAR}")
    assert "En 2025, 3 réservations ; 100 % de celles qui ont pris fin ont été retirées." in shown
    assert "Librairies du Clain : au milieu des autres boutiques, 93 % sont retirées." in shown
    assert sheet(client, f"{address}.csv?year={YEAR}")[1][1] == "3"
    # Of four others, the middle would tell too much.
    Tally.objects.filter(shop__in=members[:2]).delete()
    YearSums.objects.all().delete()
    follow()
    assert "au milieu" not in page(client, f"{address}?year={YEAR}")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_is_whole_in_both_languages(network, members, language):
    client = office(network)
    answer = client.get(
        f"/bureau/{network.slug}/rapport.pdf?year={YEAR}", headers={"Accept-Language": language}
    )
    assert answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    text = plain(" ".join(p.get_textpage().get_text_range() for p in document))
    words = {
        "fr": (
            "Librairies du Clain",
            "L’année en quelques phrases",
            "6 770",
            "Comment on a compté",
        ),
        "en": ("Librairies du Clain", "The year in sentences", "6,770", "How this was counted"),
    }[language]
    assert [word for word in words if word not in text] == []
    assert "Ailleurs" not in text
    outline = [each.get_title() for each in document.get_toc()]
    assert len(outline) == 7
    assert f"/Lang ({language})".encode() in answer.content
    assert document.get_metadata_value("Title").startswith("Librairies du Clain")


def test_the_command_shows_what_the_office_shows(network, members, tmp_path):
    done = CliRunner().invoke(
        figures,
        [
            "show",
            network.slug,
            "--year",
            str(YEAR),
            "--by",
            "town",
            "--csv",
            str(tmp_path / "a.csv"),
        ],
    )
    assert done.exit_code == 0, done.output
    assert "Ville 1" in done.output
    rows = (tmp_path / "a.csv").read_bytes()
    address = f"/bureau/{network.slug}/chiffres.csv?year={YEAR}&by=town"
    shown = b"".join(office(network).get(address)).splitlines()
    assert rows.splitlines()[2:-1] == shown[2:-1]
    assert [rows.splitlines()[0][3:14], shown[0][3:8]] == [b"town;placed", b"Ville"]
    assert CliRunner().invoke(figures, ["show", "nowhere"]).exit_code == 1
