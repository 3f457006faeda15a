"""A shop's whole life by pages: from an empty installation to the next one.

Commands do only what whoever runs an installation does: the network, the catalogue, moving in.
"""

import re
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from comptoir.orders.models import Order
from comptoir.shops import memory
from comptoir.stock.models import Offer
from tests.archives.test_round_trip import told
from tests.archives.world import second_installation
from tests.browser.test_joining import code_of
from tests.factories import ean
from tests.story.installation import Installation, come, served
from tests.story.test_by_commands import PILORI, TITLE, run

pytestmark = pytest.mark.django_db(transaction=True)
OWNER, COORDINATOR, READER = "anne@pilori.example.org", "coord@example.org", "zoe@example.org"
SLUG = "librairie-du-pilori-poitiers"
DESK = f"/comptoir/{SLUG}"
ASKED = {
    "Nom de la boutique": "Librairie du Pilori",
    "SIRET": PILORI,
    "Numéro et rue": "1 rue du Pilori",
    "Code postal": "86000",
    "Ville": "Poitiers",
    "Votre nom": "Anne Petit",
    "Votre adresse de courriel": OWNER,
}


def test_a_shop_joins_sells_closes_opens_leaves_and_moves_in(
    browser: Browser, tmp_path: Path
) -> None:
    with second_installation() as elsewhere, served(tmp_path / "var", browser) as installation:
        network = run("networks", "create", "Libraires du Poitou").strip()
        run("networks", "appoint", network, COORDINATOR)
        titles = tmp_path / "titles.csv"
        titles.write_text(f"ean;title;contributors;kind\n{ean(7)};{TITLE};Zoë Pons;book\n")
        run("catalogue", "import", titles, "--reports", tmp_path)
        owner, office, reader = (installation.person(width=w) for w in (1280, 1280, 360))
        ask_to_join(installation, owner)
        open_the_shop(installation, office)
        take_the_first_steps(installation, owner, tmp_path)
        first = reserve(installation, reader)
        hand_over(owner, first)
        before = close_the_doors(owner)
        second = reserve_and_move_a_slot(reader)
        open_the_doors(owner, reader, before)
        bundle = leave(owner, reader, tmp_path)
        assert not installation.faults
        with zipfile.ZipFile(bundle) as file:
            file.extractall(tmp_path / "export")
        with elsewhere:
            memory.forget()
            run("networks", "create", "Libraires du Poitou")
            run("shops", "move-in", bundle)
            run("shops", "export", PILORI, tmp_path / "again")
            assert told(tmp_path / "again") == told(tmp_path / "export")
            run("networks", "join", network, PILORI)
            run("shops", "pause", PILORI, "--resume")
            run("search", "rebuild")
            assert "Pilori" in run("search", "query", "Gençay")
            offer = Offer.objects.get()
            assert (offer.on_hand, offer.held, offer.price_cents) == (4, 1, 1290)
            came = {each.code: each.status for each in Order.objects.filter(trial=False)}
            assert came == {first: "collected", second: "placed"}
            run("check")
            there = Client().get(f"/boutiques/{SLUG}").content.decode()
            assert "Librairie du Pilori" in there


def ask_to_join(installation: Installation, owner: Page) -> None:
    """The owner asks by the form, and says by the link of a mail that it was she."""
    owner.goto("/")
    owner.get_by_role("main").get_by_role("link", name="Rejoindre avec ma boutique").click()
    owner.get_by_label("Le réseau").select_option("Libraires du Poitou")
    owner.get_by_label("Ce qu’elle vend").select_option("books")
    for label, words in ASKED.items():
        owner.get_by_label(label).fill(words)
    owner.get_by_role("button", name="Demander").click()
    expect(owner.get_by_role("heading", name="Regardez dans votre boîte")).to_be_visible()
    owner.goto(installation.link(OWNER, "/rejoindre/confirmer/"))
    owner.get_by_role("button", name="Oui, c’était moi").click()
    expect(owner.get_by_role("heading", name="Votre demande est partie")).to_be_visible()


def open_the_shop(installation: Installation, office: Page) -> None:
    """The coordinator signs in by two factors, and opens the shop with one tap."""
    office.goto(installation.link(COORDINATOR, "/bureau/"))
    office.get_by_role("textbox").last.fill(COORDINATOR)
    office.get_by_role("button", name="Recevoir un code").click()
    subject, _text = installation.mail(COORDINATOR, "code")
    office.locator("#id_code").fill(subject.split()[0])
    office.get_by_role("button", name="Entrer").click()
    office.get_by_role("link", name="Installer une application").click()
    office.locator("#id_code").fill(code_of(office.locator("#authenticator_secret").input_value()))
    office.locator("main form button").first.click()
    office.wait_for_url("**/recovery-codes/**")
    office.get_by_role("link", name="Ils sont rangés").click()
    office.get_by_role("link", name="1 boutique demande").click()
    office.get_by_role("button", name="Ouvrir la boutique").click()
    expect(office.locator(".messages")).to_contain_text("Librairie du Pilori")


def take_the_first_steps(installation: Installation, owner: Page, folder: Path) -> None:
    """The owner comes in by the invitation, and takes each step where the list leads."""
    owner.goto(installation.link(OWNER, "/comptoir/invitation/"))
    owner.get_by_role("button", name="Rejoindre").click()
    owner.get_by_role("link", name="Écrire les horaires").click()
    expect(owner.get_by_role("heading", name="Quand vous êtes ouverts")).to_be_in_viewport()
    owner.get_by_text("Écrire les horaires en toutes lettres").click()
    owner.get_by_role("textbox", name="Horaires, en toutes lettres").fill("24/7")
    owner.get_by_role("button", name="Enregistrer").last.click()
    owner.get_by_role("button", name="Enregistrer avec ces horaires").first.click()
    steps(owner, 1).get_by_role("link", name="Apporter le stock").click()
    owner.get_by_role("link", name="Essayer un fichier de caisse").first.click()
    till = folder / "till.csv"
    till.write_text(f"ean;quantity;price\n{ean(7)};5;12,90\n")
    owner.get_by_label("Le fichier de votre caisse").set_input_files(till)
    owner.get_by_role("button", name="Voir ce qu’il ferait").click()
    owner.get_by_role("button", name="C’est juste").click()
    # The third is done by itself, once the site's search finds a title of the shop.
    steps(owner, 3).get_by_role("button", name="Essayer une réservation").click()
    hand_over(owner)
    owner.get_by_role("link", name="À faire").click()
    expect(owner.get_by_role("heading", name="À mettre de côté")).to_be_visible()
    expect(owner.get_by_role("heading", name="Premiers pas")).to_have_count(0)


def steps(owner: Page, done: int) -> Locator:
    """Go to the board, wait until so many first steps are done, and return them."""
    owner.get_by_role("link", name="À faire").click()
    come(owner, owner.locator(f":nth-match(.first-step--done, {done})"))
    return owner.locator(".first-steps")


def reserve(installation: Installation, reader: Page) -> str:
    """A reader finds the title, reserves it and confirms by the mail; return the code."""
    find(reader)
    reader.get_by_role("button", name=re.compile("Réserver")).first.click()
    code = placed(reader)
    reader.goto(installation.link(READER, "/reservation/"))
    reader.get_by_role("button", name=re.compile("confirme", re.IGNORECASE)).click()
    reader.wait_for_url(re.compile(r"/reservation/[^/]+$"))
    return code


def search(reader: Page) -> None:
    """Search for the title near the town."""
    reader.goto("/")
    reader.locator("#q").fill("ruines gencay")
    reader.locator("#near").fill("Poitiers")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/recherche?**")


def find(reader: Page) -> None:
    """Search until the title is found at the shop; open its page."""
    search(reader)
    come(reader, reader.get_by_role("main").get_by_text("Librairie du Pilori"))
    reader.get_by_role("link", name=TITLE).first.click()


def placed(reader: Page) -> str:
    """Say who reserves, and do; return the reservation's code."""
    reader.get_by_label("Votre nom").fill("Zoë Lou")
    reader.get_by_label("Adresse électronique").fill(READER)
    reader.get_by_role("button", name="Réserver", exact=True).click()
    reader.wait_for_url("**/reservation/*")
    code = Order.objects.latest("pk").code
    expect(reader.get_by_text(f"{code[:4]} {code[4:]}").first).to_be_visible()
    return code


def hand_over(owner: Page, code: str = "") -> None:
    """The counter sets a reservation aside and hands it over: that of a code, or the one shown."""
    if code:
        owner.goto(f"{DESK}/")
        owner.locator("#find").fill(code)
        owner.keyboard.press("Enter")
    owner.get_by_role("button", name="Mis de côté").click()
    owner.get_by_role("button", name="Remis au client").click()
    expect(owner.get_by_text("Remis à").first).to_be_visible()


def settings_of(owner: Page) -> str:
    """Return all that the shop's own settings say."""
    owner.goto(f"{DESK}/boutique")
    told: str = owner.locator("form", has=owner.locator("[name=hold_days]")).evaluate(
        "form => [...new FormData(form)].filter(each => !each[0].startsWith('csrf')).join()"
    )
    return told


def close_the_doors(owner: Page) -> str:
    """The shop closes its doors, and hands over by slots; return its settings before."""
    before = settings_of(owner)
    owner.get_by_role("link", name="Fermer la porte").click()
    owner.get_by_label("Dans vos mots").fill("Travaux dans la rue.")
    owner.get_by_role("button", name="Fermer la porte").click()
    expect(owner.get_by_role("button", name="Rouvrir la porte")).to_be_visible()
    return before


def reserve_and_move_a_slot(reader: Page) -> str:
    """The reader, who is known by now, takes a slot and then a later one; return the code."""
    reader.goto(f"/boutiques/{SLUG}")
    come(reader, reader.get_by_text("Travaux dans la rue."))
    find(reader)
    expect(reader.get_by_text("porte close jusqu’à nouvel ordre").first).to_be_visible()
    reader.get_by_role("button", name=re.compile("Réserver")).first.click()
    slots = reader.get_by_label("Votre créneau à la porte")
    slots.select_option(index=3)
    code = placed(reader)
    first = Order.objects.get(code=code).slot_at
    reader.get_by_role("link", name="Le déplacer").click()
    slots.select_option(index=9)
    reader.get_by_role("button", name="Déplacer à ce créneau").click()
    expect(reader.get_by_text("Vous êtes attendu à la porte").first).to_be_visible()
    second = Order.objects.get(code=code).slot_at
    assert first
    assert second
    assert first < second
    return code


def open_the_doors(owner: Page, reader: Page, before: str) -> None:
    """The shop opens again: no banner, and its settings are what they were."""
    owner.get_by_role("button", name="Rouvrir la porte").click()
    expect(owner.get_by_text("La porte est rouverte")).to_be_visible()
    assert settings_of(owner) == before
    reader.goto(f"/boutiques/{SLUG}")
    come(reader, reader.get_by_text("Travaux dans la rue."), gone=True)


def leave(owner: Page, reader: Page, folder: Path) -> Path:
    """The owner takes the file and ends the shop; return the file."""
    owner.get_by_role("link", name="Emporter vos données, ou partir").click()
    owner.get_by_role("button", name="Préparer le fichier").click()
    with owner.expect_download() as waiting:
        owner.get_by_role("link", name="Récupérer le fichier").click()
    file = folder / "shop.zip"
    waiting.value.save_as(file)
    owner.get_by_label("Pour y mettre fin, tapez son nom").fill("Librairie du Pilori")
    owner.get_by_role("button", name="Mettre fin à la boutique").click()
    expect(owner.get_by_text("Le public ne voit plus la boutique.")).to_be_visible()
    search(reader)
    come(reader, reader.get_by_role("main").get_by_text("Librairie du Pilori"), gone=True)
    assert reader.goto(f"/boutiques/{SLUG}").status == 404
    return file
