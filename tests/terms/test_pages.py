"""Conditions are read before the order, with the notice, who made it, and the button's words."""

import re
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from comptoir.core.exits.wire import written
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.notifications.operations.letters import letter
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.terms.documents import Document
from comptoir.terms.graphic import graphic_in
from comptoir.terms.models import OrderTerms
from comptoir.terms.reads import sections_of
from tests.factories import make_offer, make_shop, persons_request_for
from tests.orders.test_prepaid import pay
from tests.payments.world import offers_of, posted_order
from tests.quotes.conftest import post_from
from tests.terms.world import publish_for
from tests.withdrawals.world import bought

pytestmark = pytest.mark.django_db
ADDRESS = {
    "name": "Léa Morin",
    "email": "lea@example.org",
    "street": "3 rue Haute",
    "postcode": "87000",
    "city": "Limoges",
    "country": "FR",
}


def summary(client: Client, offer) -> str:
    client.post("/panier", {"offer": offer.pk, "action": "add"})
    form = client.get(f"/reserver/par-la-poste?shop={offer.shop.slug}")
    token = form.context["form"]
    return client.post("/reserver/par-la-poste", ADDRESS | {"form": token}).content.decode()


def test_pages_say_the_version_in_force_and_older_ones(client):
    shop = make_shop()
    assert client.get(f"/boutiques/{shop.slug}/conditions").status_code == 404
    publish_for(shop)
    publish_for(shop, director="Paul Martin")
    for path, words in {
        "conditions": "garantie légale de conformité",
        "mentions-legales": "Paul Martin",
        "vie-privee": "CNIL",
    }.items():
        page = client.get(f"/boutiques/{shop.slug}/{path}").content.decode()
        assert words in page
        assert "Version" in page
    old = client.get(f"/boutiques/{shop.slug}/conditions/1").content.decode()
    assert "version antérieure" in old
    assert client.get(f"/boutiques/{shop.slug}/conditions/9").status_code == 404


def test_an_order_names_the_version_it_was_made_under_and_one_to_collect_none():
    (offer,) = offers_of(make_shop(), 1290, on_hand=3)
    first = publish_for(offer.shop)
    order = posted_order(offer)
    publish_for(offer.shop, director="Paul Martin")
    assert OrderTerms.objects.get(order=order).version_id == first.pk
    place(persons_request_for(make_offer()))
    assert Order.objects.count() == 2
    assert OrderTerms.objects.count() == 1


def test_what_law_wants_before_the_order_stands_before_its_button(client, settings):
    (offer,) = offers_of(make_shop(), 1290, on_hand=3)
    post_from(offer.shop)
    publish_for(offer.shop)
    page = summary(client, offer)
    button = page.index("Commande avec obligation de paiement")
    for words in ("Garantie légale de conformité", "Conditions de vente (version 1)"):
        assert 0 < page.index(words) < button
    assert page.count("Renoncer au contrat ici") >= 2


@pytest.mark.parametrize(("language", "name"), [("fr", "fr.svg"), ("en", "en.png")])
def test_the_commissions_graphic_stands_there_whole_where_the_installation_has_it(
    client, settings, tmp_path, language, name
):
    (tmp_path / "fr.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "en.png").write_bytes(b"png")
    settings.GUARANTEE_NOTICE = str(tmp_path)
    (offer,) = offers_of(make_shop(), 1290, on_hand=3)
    post_from(offer.shop)
    publish_for(offer.shop)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = summary(client, offer)
    (address,) = re.findall(r'<img class="official" src="([^"]+)"', page)
    assert page.index(address) < page.index("</form>", page.index(address))
    shown = client.get(address)
    assert shown.content == (tmp_path / name).read_bytes()
    assert "sandbox" in shown["Content-Security-Policy"]
    assert client.get(address + "0").status_code == 404
    (tmp_path / "more").mkdir()
    settings.GUARANTEE_NOTICE = str(tmp_path / "more")
    with pytest.raises(ImproperlyConfigured, match="fr"):
        graphic_in("fr")


@pytest.mark.parametrize(
    ("language", "name"), [("fr", "garantie-legale.svg"), ("en", "legal-guarantee.png")]
)
def test_the_mail_that_confirms_an_order_encloses_the_graphic_as_it_is(
    settings, tmp_path, language, name
):
    """From the day on which it is law; the day before, and where the installation has none, the
    mail speaks of none."""
    order = bought()
    named = {"template": "post_paid", "context": {"order": order.pk}, "language": language}

    def confirmation(day: date) -> tuple[list[tuple[str, bytes]], bool]:
        at = datetime.combine(day, time(12), UTC)
        Order.objects.filter(pk=order.pk).update(placed_at=at)
        message = Message(to=order.email, **named)
        made = render(message)
        files = [(each.name, each.content) for each in made if not each.name.endswith(".txt")]
        said = {
            "garantie légale" in text or "legal guarantee" in text
            for text in (message.text, message.html)
        }
        (told,) = said
        return files, told

    first = date(2026, 9, 27)
    assert confirmation(first) == ([], False)
    (tmp_path / "fr.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "en.png").write_bytes(b"png")
    settings.GUARANTEE_NOTICE = str(tmp_path)
    content = (tmp_path / f"{language}{name[-4:]}").read_bytes()
    assert confirmation(first) == ([(name, content)], True)
    assert confirmation(first - timedelta(days=1)) == ([], False)


@pytest.mark.parametrize("prepay", [True, False])
def test_so_does_the_mail_of_what_is_paid_and_collected_and_leads_to_its_rights(
    settings, tmp_path, prepay
):
    """The control: what is paid at the counter is no sale at a distance."""
    for name in ("fr.svg", "en.svg"):
        (tmp_path / name).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    settings.GUARANTEE_NOTICE, settings.TRIAL_PAYMENTS = str(tmp_path), True
    offer = make_offer()
    publish_for(offer.shop)
    order = place(persons_request_for(offer, prepay=prepay))
    if prepay:
        pay(order)
        OrderTerms.objects.get(order=order)
    at = datetime.combine(date(2026, 9, 27), time(12), UTC)
    Order.objects.filter(pk=order.pk).update(placed_at=at)
    mail = Message.objects.get(template="order_placed")
    files = {each.name for each in render(mail)}
    theirs = {"garantie-legale.svg", "conditions-de-vente.txt"}
    assert files & theirs == (theirs if prepay else set())
    assert "code.png" in files
    for said in (mail.text, mail.html):
        assert ("Ci-joint, à conserver" in said) is prepay
        assert (f"/reservation/{order.token}/conditions" in said) is prepay
        assert (f"/reservation/{order.token}/retractation" in said) is prepay


@pytest.mark.parametrize(
    ("language", "name", "told"),
    [
        ("fr", "conditions-de-vente.txt", "avec le modèle de formulaire de rétractation"),
        ("en", "conditions-of-sale.txt", "with the model withdrawal form"),
    ],
)
def test_the_mail_that_confirms_an_order_encloses_the_conditions_it_was_made_under(
    language, name, told
):
    """Whole, with the form, as a file that a mail program reads; the control: an order that names
    no version has none."""
    order = bought()
    publish_for(order.shop, director="Paul Martin", own_words="Une version plus tardive.")
    named = {"template": "post_paid", "context": {"order": order.pk}, "language": language}

    def sent() -> tuple[dict[str, str], list[bool]]:
        message = Message(to=order.email, **named)
        mail = message_from_bytes(written(letter(message, None)), policy=policy.default)
        files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
        return files, [told in text for text in (message.text, message.html)]

    files, says = sent()
    assert (list(files), says) == ([name], [True, True])
    kept = re.sub(r"\s", "", files[name])
    version = OrderTerms.objects.get(order=order).version
    sections = sections_of(version, Document.CONDITIONS, "fr")
    assert "Modèle de formulaire de rétractation" in [each["heading"] for each in sections]
    for section in sections:
        for text in (section["heading"], *section["paragraphs"]):
            assert re.sub(r"\s", "", text) in kept
    assert "version1," in kept
    assert "tardive" not in kept
    OrderTerms.objects.filter(order=order).delete()
    assert sent() == ({}, [False, False])


def test_a_shops_page_and_an_orders_page_and_mails_lead_to_its_conditions(client):
    shop = make_shop()
    page = f"/boutiques/{shop.slug}"
    assert f"{page}/conditions" not in client.get(page).content.decode()
    order = bought()
    cache.clear()
    page = f"/boutiques/{order.shop.slug}"
    of_shop = client.get(page).content.decode()
    of_order = client.get(f"/reservation/{order.token}").content.decode()
    assert f'href="{page}/conditions"' in of_shop
    assert f'href="/reservation/{order.token}/conditions"' in of_order
    for path in ("mentions-legales", "vie-privee"):
        for shown in (of_shop, of_order):
            assert f'href="{page}/{path}"' in shown
    placed = posted_order(*offers_of(order.shop, 1290, on_hand=3))
    mail = Message.objects.filter(to=placed.email).order_by("pk").first()
    render(mail)
    for said in (mail.text, mail.html):
        assert f"/reservation/{placed.token}/conditions" in said


@pytest.mark.parametrize("path", ["/", "/boutiques", "/panier", "/vie-privee", "/agenda"])
def test_every_page_leads_to_the_withdrawal(client, path):
    assert 'href="/retractation"' in client.get(path).content.decode()
