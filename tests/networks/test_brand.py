"""How a portal looks: colours that can be read, logos made anew, and the office that keeps them."""

from io import BytesIO

import pytest
from django.core import mail
from django.test import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.core.errors import Invalid
from comptoir.networks.colours import LEAST, contrast, is_readable, read_colour
from comptoir.networks.logos import HIGHEST, WIDEST, read_logo
from comptoir.networks.models import Logo, NetworkRole
from comptoir.networks.operations import NetworkChange, change_network, set_logo
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.shops.operations.memberships import join_network
from tests.counter.conftest import browser_of
from tests.factories import make_coordinator, make_network, make_shop

NORTH = "nord.example"


def picture(size=(900, 300), kind="PNG", **options) -> BytesIO:
    """Return an image file of a size."""
    target = BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, "#1c5c3c").save(target, kind, **options)
    target.seek(0)
    return target


def test_the_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1c5c3c", "#fbf7f0") == contrast("#fbf7f0", "#1c5c3c") > LEAST


@pytest.mark.parametrize("colour", ["#ffcc00", "#88ccee", "#ffffff", "#e07020", "abc", "#777777"])
def test_a_pale_colour_is_refused_with_one_that_would_do(colour):
    with pytest.raises(Invalid) as refused:
        read_colour(colour)
    assert refused.value.code == "pale_colour"
    proposal = str(refused.value.data["proposal"])
    assert is_readable(proposal)
    assert read_colour(proposal) == proposal


def test_colours_are_read_as_people_write_them():
    assert [read_colour(text) for text in ("", " #1C5C3C ", "1c5c3c", "#035")] == [
        *("", "#1c5c3c", "#1c5c3c", "#003355")
    ]
    for text in ("red", "#12345", "#1c5c3c;}", "url(x)"):
        with pytest.raises(Invalid, match="couleur"):
            read_colour(text)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_made_anew_and_small(kind):
    found = read_logo(picture(kind=kind, exif=Image.Exif()))
    assert found.content.startswith(b"\x89PNG")
    assert found.width <= WIDEST
    assert found.height <= HIGHEST
    assert found.width == 3 * found.height


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [SVG, b"", b"\x89PNG\r\n\x1a\n", picture().getvalue()[:200], b"x" * 2_000_001, b"%PDF-1.7"],
)
def test_what_is_no_logo_is_refused(data):
    with pytest.raises(Invalid) as refused:
        read_logo(BytesIO(data))
    assert refused.value.code == "bad_logo"


def test_a_logo_of_too_many_pixels_is_not_even_decoded(monkeypatch):
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(Invalid, match="pixels"):
        read_logo(picture((4000, 2001)))


def test_nothing_of_the_file_but_its_pixels_goes_on():

    told = PngInfo()
    told.add_text("Comment", "a secret")
    found = read_logo(picture(pnginfo=told))
    assert b"secret" not in found.content


@pytest.fixture
def north(db):
    return make_network(slug="nord", name="Réseau du Nord", host=NORTH)


def test_a_portal_wears_its_colour_and_its_logo(north):
    change_network(network=north, change=NetworkChange(accent="#1c5c3c"), actor=SYSTEM)
    set_logo(network=north, picture=read_logo(picture()), actor=SYSTEM)
    portal = Client(SERVER_NAME=NORTH)
    page = portal.get("/").content.decode()
    assert '<meta name="theme-color" content="#1c5c3c">' in page
    assert 'href="/couleur/1c5c3c.css"' in page
    assert 'width="576" height="192" alt="Réseau du Nord"' in page
    style = portal.get("/couleur/1c5c3c.css")
    assert style["Content-Type"] == "text/css; charset=utf-8"
    assert "--bordeaux: #1c5c3c" in style.content.decode()
    digest = Logo.objects.get().digest
    logo = portal.get(f"/logo/{digest}.png")
    assert logo.content.startswith(b"\x89PNG")
    assert "immutable" in style["Cache-Control"]
    assert "immutable" in logo["Cache-Control"]
    plain = Client().get("/").content.decode()
    assert "couleur" not in plain
    assert digest not in plain
    for path in ("/couleur/ffcc00.css", "/couleur/1c5c3c}.css", "/logo/0.png"):
        assert portal.get(path).status_code == 404


def test_the_office_shows_a_colour_before_it_is_kept_and_refuses_one_that_is_pale(north):
    office = browser_of(make_coordinator(north))
    typed = {"accent": "#ffcc00", "name": "Le Nord", "preview": "1"}
    page = office.post("/bureau/nord/reseau", typed).content.decode()
    assert "trop pâle" in page
    assert 'value="#ffcc00"' in page
    assert 'value="Le Nord"' in page
    sent = {"name": "Le Nord", "about": "x" * 301, "website": "", "accent": "#1c5c3c"}
    page = office.post("/bureau/nord/reseau", sent).content.decode()
    assert 'value="Le Nord"' in page
    assert 'id="about-error"' in page
    north.refresh_from_db()
    assert (north.name, north.decides.accent) == ("Réseau du Nord", "")
    assert office.post("/bureau/nord/reseau", sent | {"about": "Cent."}).status_code == 302
    north.refresh_from_db()
    assert (north.name, north.decides.accent) == ("Le Nord", "#1c5c3c")
    assert north.host == NORTH
    entry = AuditEntry.objects.get(deed="changed_network")
    assert entry.network_id == north.pk


def test_the_office_takes_a_logo_and_takes_it_away(north):
    office = browser_of(make_coordinator(north))
    file = picture()
    file.name = "logo.png"
    assert office.post("/bureau/nord/reseau/logo", {"logo": file}).status_code == 302
    north.refresh_from_db()
    assert (north.decides.logo_width, north.decides.logo_height) == (576, 192)
    svg = BytesIO(SVG)
    svg.name = "logo.svg"
    assert "logo-error" in office.post("/bureau/nord/reseau/logo", {"logo": svg}).content.decode()
    office.post("/bureau/nord/reseau/logo", {"remove": "1"})
    north.refresh_from_db()
    assert (north.decides.logo, Logo.objects.count()) == ("", 0)


def test_who_is_appointed_is_told_by_a_mail_that_leads_to_the_office(north):
    office = browser_of(make_coordinator(north))
    sent = {"email": "ana@example.org", "role": "editor"}
    assert office.post("/bureau/nord/personnes", sent).status_code == 302
    deliver(message_id=Message.objects.get(template="office_appointed").pk)
    assert f"http://{NORTH}:8000/bureau/nord/" in mail.outbox[0].body
    assert "Réseau du Nord" in mail.outbox[0].subject
    person = north.people.get(user__email="ana@example.org")
    address = f"/bureau/nord/personnes/{person.user_id}"
    office.post(address, {"role": "coordinator"})
    assert north.people.get(pk=person.pk).role == NetworkRole.COORDINATOR
    office.post(address, {"release": "1"})
    assert not north.people.filter(pk=person.pk).exists()
    page = office.post("/bureau/nord/personnes", sent | {"email": "ana@localhost"})
    assert "email-error" in page.content.decode()


def test_the_last_coordinator_stays(north):
    last = make_coordinator(north)
    office = browser_of(last)
    page = office.post(f"/bureau/nord/personnes/{last.pk}", {"release": "1"}, follow=True)
    assert page.status_code == 200
    assert north.people.count() == 1


def named(page: str) -> set[str]:
    return {name for name in ("Nadir", "Zénith", "Ailleurs") if name in page}


def test_the_office_lists_its_shops_and_takes_one_out(north):
    shops = [make_shop(name="Nadir", city="Lille", postcode="59000"), make_shop(name="Zénith")]
    for shop in shops:
        join_network(shop=shop, network=north, actor=SYSTEM)
    make_shop(name="Ailleurs")
    office = browser_of(make_coordinator(north))
    page = office.get("/bureau/nord/boutiques").content.decode()
    assert named(page) == {"Nadir", "Zénith"}
    assert f'href="http://{NORTH}:8000/boutiques/' in page
    page = office.get("/bureau/nord/boutiques", {"q": "lille"}).content.decode()
    assert named(page) == {"Nadir"}
    member = shops[0].memberships.get()
    assert office.post(f"/bureau/nord/boutiques/{member.pk}/sortie").status_code == 302
    assert not shops[0].memberships.exists()
    assert AuditEntry.objects.filter(deed="left_network", shop_id=shops[0].pk).exists()
    stays = shops[1].memberships.get()
    editor = browser_of(make_coordinator(north, NetworkRole.EDITOR))
    assert editor.post(f"/bureau/nord/boutiques/{stays.pk}/sortie").status_code == 403
    other = browser_of(make_coordinator(make_network(slug="sud")))
    other.post(f"/bureau/sud/boutiques/{stays.pk}/sortie")
    assert shops[1].memberships.exists()
