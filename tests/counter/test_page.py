"""The shop's own page, changed at the counter: its parts, photos, links, order, history."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from comptoir.accounts.actors import SYSTEM
from comptoir.events.operations import write_pick
from comptoir.events.operations.picks import order_of
from comptoir.shops.models import StaffRole
from comptoir.shops.operations import SettingsChange, update_settings
from comptoir.shops.operations.page.photos import add_photo
from tests.counter.conftest import browser_of
from tests.factories import make_product, make_staff
from tests.shops.page.kept import photo_of

PAGE = "/comptoir/pilori/page"
FR = {"Accept-Language": "fr"}


@pytest.fixture
def owner(manager):
    return browser_of(manager)


def picture(size=(1200, 800)) -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", size, "#7a1f2b").save(target, "JPEG")
    return SimpleUploadedFile("a.jpg", target.getvalue(), content_type="image/jpeg")


def since(browser) -> int:
    return browser.get(PAGE).context["since"]


def shown(browser, path=PAGE) -> str:
    text = browser.get(path, headers=FR).content.decode()
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_change_is_public_at_once_and_undone_with_one_click(owner, manager, shop, client):
    sent = {"part": "about", "since": since(owner), "description": "Trois salles."}
    answer = owner.post(PAGE, sent)
    assert answer["Location"] == f"{PAGE}#about"
    assert "Trois salles." in client.get("/boutiques/pilori").content.decode()
    page = shown(owner)
    assert "« Trois salles. », où il n’y avait rien" in page
    assert str(manager) in page
    act = shop.acts.get()
    answer = owner.post(f"{PAGE}/historique/{act.pk}/annuler", follow=True)
    assert answer.redirect_chain == [(f"{PAGE}/historique", 302)]
    assert "Trois salles." not in client.get("/boutiques/pilori").content.decode()
    assert "a annulé un changement" in shown(owner, f"{PAGE}/historique")


def test_who_saves_second_is_told_what_changed_and_keeps_what_they_typed(owner, shop):
    opened = since(owner)
    other = make_staff(shop, StaffRole.MANAGER, name="Ana")
    update_settings(
        shop=shop,
        change=SettingsChange(description="D’Ana.", services=frozenset({"delivery"})),
        actor=other.actor,
    )
    sent = {"part": "about", "since": opened, "description": "La mienne.", "street": "9 rue Neuve"}
    answer = owner.post(PAGE, sent, headers=FR)
    form = answer.context["forms"]["about"]
    assert "Ana a écrit entre-temps" in str(form.errors["description"])
    assert "D’Ana." in str(form.errors["description"])
    page = answer.content.decode()
    assert "La mienne." in page
    assert "9 rue Neuve" in page
    shop.refresh_from_db()
    assert (shop.description, shop.street) == ("D’Ana.", "1 place du Marché")
    again = sent | {"since": form["since"].value()}
    assert owner.post(PAGE, again).status_code == 302
    shop.refresh_from_db()
    assert (shop.description, shop.street) == ("La mienne.", "9 rue Neuve")
    assert shop.services.count() == 1


def test_control_a_form_that_says_nothing_of_when_it_was_opened_writes_over(owner, shop):
    update_settings(shop=shop, change=SettingsChange(description="D’Ana."), actor=SYSTEM)
    assert owner.post(PAGE, {"part": "about", "description": "La mienne."}).status_code == 302


def test_what_was_changed_again_is_put_back_by_a_button_of_its_own(owner, shop):
    for text in ("Une salle.", "Deux salles."):
        update_settings(shop=shop, change=SettingsChange(description=text), actor=SYSTEM)
    first = shop.acts.order_by("pk").first()
    page = shown(owner, f"{PAGE}/historique")
    assert "changé de nouveau depuis" in page
    assert "Remettre quand même" in page
    sent = {"unit": "description", "since": since(owner)}
    owner.post(f"{PAGE}/historique/{first.pk}/annuler", sent)
    shop.refresh_from_db()
    assert shop.description == ""


def test_a_photo_is_sent_described_moved_and_removed(owner, shop, client):
    refused = owner.post(f"{PAGE}/photos", {"photo": picture(), "alt": ""}, headers=FR)
    assert "Dites ce que l’on voit" in refused.content.decode()
    assert not shop.photos.exists()
    sent = {"photo": picture(), "alt": "La vitrine", "credit": "Ana"}
    assert owner.post(f"{PAGE}/photos", sent)["Location"] == f"{PAGE}#photos"
    (photo,) = shop.photos.select_related("file")
    assert (photo.alt, photo.file.width, photo.file.height) == ("La vitrine", 1200, 800)
    add_photo(shop=shop, photo=photo_of("b"), alt="La cave", actor=SYSTEM)
    answer = owner.post(f"{PAGE}/photos/{'b' * 32}/deplacer", {"sens": "haut"})
    assert answer["Location"] == f"{PAGE}?deplace={'b' * 32}-haut"
    assert [each.alt for each in shop.photos.order_by("place")] == ["La cave", "La vitrine"]
    # It is first now: the button that is left has the focus.
    page = shown(owner, f"{PAGE}?deplace={'b' * 32}-haut")
    assert 'aria-label="Descendre « La cave »" autofocus' in page
    words = {"alt": "La cave, le soir", "since": since(owner)}
    owner.post(f"{PAGE}/photos/{'b' * 32}", words)
    assert shop.photos.get(file="b" * 32).alt == "La cave, le soir"
    owner.post(f"{PAGE}/photos/{'b' * 32}/retirer")
    assert "Effacer maintenant" in shown(owner)
    owner.post(f"{PAGE}/photos/{'b' * 32}/effacer")
    assert "Effacer maintenant" not in shown(owner)
    assert client.get(f"/photo/boutique/{'b' * 32}-petite.webp").status_code == 404


def test_what_is_no_photo_is_told_beside_what_was_typed(owner, shop):
    bad = SimpleUploadedFile("a.svg", b"<svg onload='x'/>", content_type="image/svg+xml")
    page = owner.post(f"{PAGE}/photos", {"photo": bad, "alt": "La vitrine"}, headers=FR)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Ce n’est pas une photo" in text
    assert 'value="La vitrine"' in text
    assert not shop.photos.exists()


def test_links_are_sent_and_put_in_order(owner, shop, client):
    rows = {"url": ["instagram.com/pilori", "pilori.example/lettre"], "label": ["", "Notre lettre"]}
    owner.post(f"{PAGE}/liens", rows | {"since": since(owner)})
    page = client.get("/boutiques/pilori").content.decode()
    assert 'href="https://instagram.com/pilori" rel="noopener noreferrer me"' in page
    sent = {"url": ["https://instagram.com/pilori", "https://pilori.example/lettre"]}
    sent |= {"label": ["Instagram", "Notre lettre"], "move": "up-1", "since": since(owner)}
    owner.post(f"{PAGE}/liens", sent)
    assert [each.label for each in shop.links.order_by("place")] == ["Notre lettre", "Instagram"]
    bad = {"url": ["https://pilori.example/x", "javascript:alert(1)"], "label": ["X", "Y"]}
    answer = owner.post(f"{PAGE}/liens", bad | {"since": since(owner)})
    assert answer.context["link_row"] == 1
    assert 'value="javascript:alert(1)"' in answer.content.decode(), "what was typed stays"
    assert shop.links.count() == 2


def test_words_on_titles_are_put_in_order_by_who_works_there(desk, shop):
    for _each in range(3):
        pick = write_pick(shop=shop, product_id=make_product().pk, text="Un mot.", actor=SYSTEM)
    before = order_of(shop)
    answer = desk.post(f"/comptoir/pilori/vitrine/mot/{pick.pk}/deplacer", {"sens": "bas"})
    assert answer["Location"] == f"{PAGE}?deplace={pick.pk}-bas"
    assert order_of(shop) == [before[1], before[0], before[2]]
    owner_of_it = shop.acts.get()
    desk.post(f"{PAGE}/historique/{owner_of_it.pk}/annuler")
    assert order_of(shop) == before


def test_staff_read_the_history_and_change_nothing(desk, owner, shop):
    owner.post(PAGE, {"part": "others", "stock_shown": "nothing"})
    act = shop.acts.get()
    page = shown(desk)
    assert "« rien » ; c’était « qu’un titre est là »" in page
    assert f"/historique/{act.pk}/annuler" not in page
    assert "<textarea" not in page
    assert f"/historique/{act.pk}/annuler" in shown(owner)
    assert desk.post(PAGE, {"description": "x"}).status_code == 403


def test_what_was_typed_is_no_markup_anywhere(owner, shop):
    mark = "<script>x</script>"
    update_settings(shop=shop, change=SettingsChange(description=mark), actor=SYSTEM)
    add_photo(shop=shop, photo=photo_of("a"), alt=mark, credit=mark, actor=SYSTEM)
    rows = {"url": ["https://a.example/"], "label": [mark], "since": since(owner)}
    owner.post(f"{PAGE}/liens", rows)
    for path in (PAGE, f"{PAGE}/historique", "/boutiques/pilori", "/boutiques"):
        assert mark not in owner.get(path).content.decode()


def test_the_settings_tell_who_saves_second_too(owner, shop):
    settings = "/comptoir/pilori/boutique"
    opened = owner.get(settings).context["policy_form"]["since"].value()
    update_settings(shop=shop, change=SettingsChange(hold_days=7), actor=SYSTEM)
    sent = {"since": opened, "hold_days": 9, "safety_stock": 0, "rings_up": "at_collection"}
    form = owner.post(settings, sent, headers=FR).context["policy_form"]
    assert list(form.errors) == ["hold_days", "__all__"]
    assert owner.post(settings, sent | {"since": form["since"].value()}).status_code == 302
    shop.refresh_from_db()
    assert shop.hold_days == 9
