"""A list of titles posted from several shops, without JavaScript: ways, one address, one act."""

import re

import pytest
from django.utils.translation import override

from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.charges.reads import charged
from comptoir.orders.contacts import group_proof
from comptoir.orders.errors import Busy
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Delivery, Order, OrderStatus
from comptoir.quotes.models import Band, Tariff
from comptoir.site.postal import several
from comptoir.site.postal.countries import countries
from comptoir.stock.models import Offer
from comptoir.terms.models import Maker, OrderTerms, TermsVersion
from tests.factories import make_offer, make_product, make_shop
from tests.quotes.conftest import post_from
from tests.site.flows import text
from tests.terms.world import publish_for

pytestmark = pytest.mark.django_db
PAGE = "/tournee/par-la-poste"
ENGLISH = {"Accept-Language": "en"}
TYPED = {
    "name": "Camille Ferrand",
    "email": "camille@example.org",
    "street": "3 rue Haute",
    "city": "Limoges",
    "postcode": "87000",
    "country": "FR",
}


@pytest.fixture
def offers() -> dict[str, Offer]:
    """Two records, each cheapest at a shop of its own, and both at a third one for more."""
    titles = [
        make_product(title=name, kind="record", format="cd", list_price_cents=None, weight_grams=99)
        for name in ("Gymnopédies", "Préludes")
    ]
    shops = [make_shop(kind="both", name=name) for name in ("Sillon", "Pilori", "Loin")]
    for shop in shops:
        post_from(shop, cents=400)
        publish_for(shop)
    return {
        "first": make_offer(product=titles[0], shop=shops[0], price_cents=1000, on_hand=1),
        "second": make_offer(product=titles[1], shop=shops[1], price_cents=1000, on_hand=1),
        "both_first": make_offer(product=titles[0], shop=shops[2], price_cents=1300, on_hand=3),
        "both_second": make_offer(product=titles[1], shop=shops[2], price_cents=1300),
    }


def address(offers, **more) -> str:
    refs = f"{offers['first'].product.ref},{offers['second'].product.ref}"
    asked = {"t": refs, "country": "FR", "postcode": "87000"} | more
    return f"{PAGE}?" + "&".join(f"{name}={word}" for name, word in asked.items())


def form_in(page) -> str:
    return re.search(r'name="form" value="([^"]+)"', page.content.decode()).group(1)


def test_the_page_asks_where_to_then_says_what_ways_cost(client, offers):
    asks = client.get(f"{PAGE}?t={offers['first'].product.ref}", headers=ENGLISH)
    assert "Where to, and how many?" in text(asks)
    assert "Order with obligation to pay" not in text(asks)
    said = text(client.get(address(offers), headers=ENGLISH))
    assert "Cheapest €28.00 2 parcels" in said
    assert "Fewest parcels €30.00 1 parcel" in said
    assert "Parcel 1 of 2" in said
    assert "Postage of the shop for a parcel of" in said
    # No book is among them: nothing but the shops' own prices is collected, near where it goes.
    fewest = text(client.get(address(offers, way="fewest"), headers=ENGLISH))
    assert "Parcel 1 of 1" not in fewest
    assert "Loin" in fewest
    chosen = address(offers, way="chosen", o=offers["both_first"].pk)
    assert "As you chose €31.00 2 parcels" in text(client.get(chosen, headers=ENGLISH))
    assert not Order.objects.exists()


def test_what_leaves_the_territory_is_not_said_to_hold_tax(client, offers):
    for tariff in Tariff.objects.all():
        Band.objects.create(tariff=tariff, zone="world", max_grams=1000, price_cents=900)
    here = text(client.get(address(offers), headers=ENGLISH))
    assert "This parcel, tax included:" in here
    assert "Total, tax and postage included:" in here
    abroad = text(client.get(address(offers, country="GB", postcode="EC1A"), headers=ENGLISH))
    assert "Sent out of the territory: no VAT" in abroad
    assert "tax included" not in abroad
    assert "Total, postage included:" in abroad


def test_countries_stand_in_the_order_of_their_names():
    with override("fr"):
        named = list(countries().values())
    assert named[:2] == ["France", "Monaco"]
    assert named[6:8] == ["Autriche", "Bulgarie"]
    assert named.index("Roumanie") < named.index("Royaume-Uni") < named.index("Slovaquie")
    assert named.index("Estonie") < named.index("États-Unis") < named.index("Finlande")
    with override("en"):
        assert list(countries().values())[-2:] == ["United Kingdom", "United States"]


def test_one_act_orders_at_each_shop(client, offers):
    token = form_in(client.get(address(offers)))
    order = {**TYPED, "form": token, "mode": "each"}
    answer = client.post(PAGE, order)
    group = OrderGroup.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/reservation/groupe/{group.token}")
    orders = list(Order.objects.order_by("shop__name"))
    assert [each.shop.name for each in orders] == ["Pilori", "Sillon"]
    assert {each.delivery for each in orders} == {Delivery.MAIL}
    assert [charged(each) for each in orders] == [1400, 1400]
    assert {each.address.lines[-1] for each in orders} == {"87000 Limoges"}
    assert [each.template for each in Message.objects.all()] == ["group_posted"]
    # A second click is the same act, though no copy is left.
    assert client.post(PAGE, order)["Location"] == answer["Location"]
    page = text(client.get(answer["Location"], headers=ENGLISH))
    assert "2 orders to pay, each by itself" in page
    assert "In all: €28.00" in page
    assert page.count("Pay this order") == 2
    assert page.count("The conditions of this order (version 1)") == 2
    one = text(client.get(f"/reservation/{orders[0].token}", headers=ENGLISH))
    assert "It is one of several orders" in one


@pytest.mark.parametrize("keeps", [True, False])
def test_what_answered_busy_and_was_placed_is_not_ordered_twice(client, offers, monkeypatch, keeps):
    """The control: another form orders again."""
    Offer.objects.update(on_hand=3)
    order = {**TYPED, "form": form_in(client.get(address(offers)))}
    real = several.place_checked_group

    def placed_and_lost(checked):
        real(checked)
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(several, "place_checked_group", placed_and_lost)
        answer = client.post(PAGE, order)
    assert (answer.status_code, OrderGroup.objects.count()) == (503, 1)
    order["form"] = form_in(answer if keeps else client.get(address(offers)))
    assert client.post(PAGE, order).status_code == 303
    assert OrderGroup.objects.count() == (1 if keeps else 2)


def test_what_law_wants_of_each_shop_stands_before_the_button_and_orders_name_it(client, offers):
    """The mail and the pages of the orders then lead to the same versions."""
    publish_for(offers["second"].shop, director="Paul Martin")
    (first, second) = (offers["first"], offers["second"])
    type(first.product).objects.filter(pk=first.product.pk).update(publisher="Ondes")
    Maker.objects.create(
        shop=first.shop, imprint="Ondes", key="ondes", name="Ondes SARL", address="x", contact="y"
    )
    page = client.get(address(offers), headers=ENGLISH)
    html, said = page.content.decode(), text(page)
    before, button, _after = said.partition("Order with obligation to pay")
    assert button
    for words in (
        "Legal guarantee of conformity",
        "Sillon, Poitiers – €14.00, postage included Who made it (product safety) Ondes – Ondes",
        "Conditions of sale (version 1) · Legal notice · Privacy Pilori, Poitiers – €14.00",
        "(version 2) · Legal notice · Privacy You may withdraw for fourteen days",
        "Total, tax and postage included: €28.00",
    ):
        assert before.count(words) == 1, words
    assert before.count("Of which VAT:") == 2
    assert "Each shop sells and posts its own part." in before
    assert "contracts of 120 € and more, are kept for ten years" in said
    for shop, number in ((first.shop, 1), (second.shop, 2)):
        assert f'href="/boutiques/{shop.slug}/conditions/{number}"' in html
    client.post(PAGE, {**TYPED, "form": form_in(page)})
    named = OrderTerms.objects.values_list("order__shop__name", "version__number")
    assert sorted(named) == [("Pilori", 2), ("Sillon", 1)]


def test_conditions_that_changed_since_are_shown_before_anything_is_ordered(client, offers):
    order = {**TYPED, "form": form_in(client.get(address(offers)))}
    publish_for(offers["first"].shop, director="Paul Martin")
    answer = client.post(PAGE, order, headers=ENGLISH)
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "Something has changed" in text(answer)
    assert "Conditions of sale (version 2)" in text(answer)
    assert client.post(PAGE, {**order, "form": form_in(answer)}).status_code == 303


def test_a_shop_without_published_conditions_posts_no_list(client, offers):
    """Also of a form from before, and of shops that were chosen."""
    order = {**TYPED, "form": form_in(client.get(address(offers)))}
    TermsVersion.objects.filter(shop__name="Sillon").delete()
    chosen = address(offers, way="chosen", o=offers["first"].pk)
    for page in (client.get(chosen, headers=ENGLISH), client.post(PAGE, order, headers=ENGLISH)):
        assert "Sillon" not in text(page)
        assert "Loin" in text(page)
    TermsVersion.objects.all().delete()
    assert "No shop posts any of these titles" in text(client.get(address(offers), headers=ENGLISH))
    assert not Order.objects.exists()


def test_of_one_shop_nothing_is_said_of_several(client, offers):
    page = client.get(address(offers, way="fewest"), headers=ENGLISH)
    said = text(page)
    order = {**TYPED, "form": form_in(page)}
    group = client.get(client.post(PAGE, order)["Location"], headers=ENGLISH)
    own = client.get(f"/reservation/{Order.objects.get().token}", headers=ENGLISH)
    mail = Message.objects.get()
    render(mail)
    assert mail.subject == "Votre commande chez Loin\N{NO-BREAK SPACE}: à payer"
    assert "Loin vous envoie votre colis. Elle se paie par le lien" in mail.text
    for words in (said, text(group), text(own), mail.text, mail.html):
        assert not re.search(
            "Each shop|One order at each|, once|The shops and|[Oo]ne of several|same links|all of"
            "|Cancel all|1 boutique|Chaque commande|[Tt]outes (mes|vos) commandes",
            words,
        )
    assert "The conditions of this order (version 1)" in text(group)


def test_how_many_of_each_is_asked_quoted_and_ordered(client, offers):
    """Two copies of the first: its cheapest shop has one, so that the shop that has both has it."""
    ref = offers["first"].product.ref
    page = client.get(address(offers, **{f"n-{ref}": 2}), headers=ENGLISH)
    said = text(page)
    assert "Cheapest €43.00 1 parcel" in said  # 2 × 13 € + 13 € + 4 €
    assert "2 × Gymnopédies" in said
    assert f"n-{ref}=2" in page.content.decode()  # a way's address keeps it
    client.post(PAGE, {**TYPED, "form": form_in(page)})
    lines = Order.objects.get().lines.order_by("pk")
    assert sorted((line.title, line.quantity) for line in lines) == [
        ("Gymnopédies", 2),
        ("Préludes", 1),
    ]


@pytest.mark.parametrize(("typed", "taken"), [("0", 1), ("many", 1), ("-3", 1), ("99", 10)])
def test_how_many_is_bounded(client, offers, typed, taken):
    ref = offers["second"].product.ref
    page = client.get(address(offers, **{f"n-{ref}": typed}), headers=ENGLISH)
    assert f"<option selected>{taken}</option>" in page.content.decode().split(f'name="n-{ref}"')[1]
    assert ("10 × Préludes" in text(page)) == (taken == 10)  # said to be had nowhere


def test_what_costs_something_else_is_shown_anew_and_nothing_is_ordered(client, offers):
    order = {**TYPED, "form": form_in(client.get(address(offers)))}
    Tariff.objects.get(shop=offers["first"].shop).bands.update(price_cents=450)
    answer = client.post(PAGE, order, headers=ENGLISH)
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "Something has changed" in text(answer)
    assert "€28.50" in text(answer)
    assert client.post(PAGE, {**order, "form": form_in(answer)}).status_code == 303


def test_all_or_nothing(client, offers):
    """Of a form that was sent while its copy went: nothing is ordered, and the rest is shown."""
    order = {**TYPED, "form": form_in(client.get(address(offers))), "mode": "all"}
    Offer.objects.filter(pk=offers["first"].pk).update(on_hand=0)
    answer = client.post(PAGE, order, headers=ENGLISH)
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "Loin" in text(answer)


def test_faults_and_altered_forms(client, offers):
    token = form_in(client.get(address(offers)))
    wrong = client.post(PAGE, {**TYPED, "form": token, "street": "", "email": "x"})
    assert wrong.status_code == 400
    assert b'id="street-error"' in wrong.content
    assert b'id="email-error"' in wrong.content
    assert client.post(PAGE, {**TYPED, "form": token + "x"})["Location"] == "/tournee"
    bad = client.get(address(offers, postcode="1"))
    assert bad.status_code == 400
    assert b'id="to-postcode-error"' in bad.content
    assert client.get(PAGE)["Location"] == "/tournee"


def test_the_list_and_the_basket_lead_there(client, offers):
    ref = offers["first"].product.ref
    assert f"{PAGE}?t={ref}".encode() in client.get(f"/tournee?t={ref}").content
    client.post("/panier", {"action": "add", "offer": offers["both_first"].pk})
    line = re.search(r'name="line" value="([^"]+)"', client.get("/panier").content.decode())
    client.post("/panier", {"action": "quantity", "line": line.group(1), "quantity": "2"})
    assert f"{PAGE}?t={ref}&amp;n-{ref}=2".encode() in client.get("/panier").content


def test_who_pays_by_transfer_confirms_all_by_the_link_of_the_mail(client, offers):
    """Its page says so: the link leads to the button, and not back to that page."""
    client.post(PAGE, {**TYPED, "form": form_in(client.get(address(offers)))})
    group = OrderGroup.objects.get()
    proof = group_proof(group.token, TYPED["email"])
    link = f"/reservation/groupe/{group.token}/confirmer/{proof}"
    assert "I confirm all of it" in text(client.get(link, headers=ENGLISH))
    assert client.post(link).status_code == 303
    assert {each.status for each in Order.objects.all()} == {OrderStatus.PLACED}
    assert client.get(link)["Location"] == f"/reservation/groupe/{group.token}"
