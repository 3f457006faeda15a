"""The day's post at the counter, by the API and the command line: papers, tables, numbers."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.core.sheet import inert
from comptoir.core.words import spaced_code
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import erase_due
from comptoir.post import operations
from comptoir.post.commands import post
from comptoir.post.layouts import FIELDS, layouts
from comptoir.post.models import Parcel
from tests.api.client import secret_of
from tests.browsers import browser_of
from tests.factories import make_offer, make_product, make_shop, make_staff, staff_of
from tests.post.papers import words
from tests.post.world import make_posted

pytestmark = pytest.mark.django_db
OVERSEAS = {"postcode": "97400", "city": "Saint-Denis", "name": "=Ana Formule"}


@pytest.fixture
def shop():
    return make_shop(siret="73282932000074")


@pytest.fixture
def counter(shop) -> Client:
    return browser_of(make_staff(shop))


def parcel_of(shop, **to) -> Parcel:
    product = make_product(title="La Place", weight_grams=300)
    order = make_posted((make_offer(shop=shop, on_hand=3, product=product), 2), **to)
    return operations.pack(order_id=order.pk, actor=staff_of(shop))


def page_of(shop) -> str:
    return f"/comptoir/{shop.slug}/courrier"


def test_a_copy_that_is_fetched_leads_to_the_parcel_it_goes_into(shop, counter):
    product = make_product()
    order = make_posted((make_offer(shop=shop, on_hand=3, product=product), 2))
    scanned = {"code": product.ean}
    leads_to = [counter.post(page_of(shop) + "/scan", scanned)["Location"] for _ in range(3)]
    assert leads_to == [page_of(shop)] * 2 + [f"{page_of(shop)}/commandes/{order.pk}"]
    operations.pack(order_id=order.pk, actor=staff_of(shop))
    assert counter.post(page_of(shop) + "/scan", scanned)["Location"] == page_of(shop)


def test_a_copy_scanned_twice_while_its_order_waits_for_another_is_told_as_fetched(shop, counter):
    one, other = (make_product(title=title) for title in ("La Place", "Regain"))
    make_posted(*[(make_offer(shop=shop, on_hand=3, product=each), 1) for each in (one, other)])
    for _scan in range(2):
        answer = counter.post(page_of(shop) + "/scan", {"code": one.ean}, follow=True)
    told = "«\u00a0La Place\u00a0» est déjà trouvé\u00a0: le colis de Marie Dupont attend encore 1"
    assert told in answer.content.decode()
    answer = counter.post(page_of(shop) + "/scan", {"code": "9782070360024"}, follow=True)
    assert "Aucune commande à expédier" in answer.content.decode()


def test_a_number_typed_at_its_parcel_says_who_carries_it_and_the_parcel_leaves_from_there(
    shop, counter
):
    parcel = parcel_of(shop)
    page = f"{page_of(shop)}/commandes/{parcel.order_id}"
    path = reverse("counter:post_number", args=[shop.slug, parcel.pk])
    counter.post(path, {"tracking": "CB473124829FR", "carrier": ""})
    parcel.refresh_from_db()
    assert parcel.carrier == "colissimo"
    handed = reverse("counter:post_handed", args=[shop.slug])
    assert f'action="{handed}"' in counter.get(page).content.decode()
    counter.post(handed, {"parcel": parcel.pk})
    parcel.refresh_from_db()
    assert parcel.handed_at is not None
    # Whoever follows it is told what is in it, now and by the next number.
    counter.post(path, {"tracking": "6A12345678901", "carrier": "colissimo"})
    for template in ("parcel_left", "parcel_number"):
        mail = Message.objects.get(template=template)
        render(mail)
        for part in (mail.text, mail.html):
            assert all(fact in part for fact in ("La Place", spaced_code(parcel.order.code)))


def test_papers_in_one_pdf_and_the_next_begins_where_this_one_ended(shop, counter):
    near, far = parcel_of(shop), parcel_of(shop, email="far@example.org", **OVERSEAS)
    sent = {"parcel": [near.pk, far.pk], "parts": ["slips", "labels", "customs"]}
    answer = counter.post(page_of(shop) + "/imprimer", sent | {"sheet": "a4_24", "first": "23"})
    assert answer["Content-Type"] == "application/pdf"
    pages = words(answer.content)
    assert ["Bon de livraison" in page for page in pages] == [True, True, False, False]
    # Of two parcels one leaves the area of VAT.
    assert ["CN23" in page for page in pages] == [False, False, True, False]
    assert "1300 g" not in pages[2]
    assert "600 g" in pages[2]
    assert "La Place" in pages[0]
    assert ("Marie Dupont" in pages[3], "=Ana Formule" in pages[3]) == (True, True)
    assert 'name="first" value="1"' in counter.get(page_of(shop)).content.decode()
    # A roll has one place, and printing on one leaves that of a begun sheet as it is.
    labels = {"parcel": [near.pk], "parts": "labels"}
    roll = counter.post(page_of(shop) + "/imprimer", labels | {"sheet": "roll_62", "first": "3"})
    assert roll["Content-Type"] == "application/pdf"
    assert 'name="first" value="3"' in counter.get(page_of(shop)).content.decode()


def test_nothing_ticked_or_a_wrong_place_is_told(shop, counter):
    parcel = parcel_of(shop)
    for sent in ({}, {"parcel": parcel.pk, "first": "99"}):
        page = counter.post(page_of(shop) + "/imprimer", sent, follow=True).content.decode()
        assert "Cochez d’abord" in page or "les places 1 à 24" in page


def test_customs_alone_of_a_parcel_within_france_is_told_and_no_choice(shop, counter):
    near, tick = parcel_of(shop), '<input type="checkbox" name="parts" value="customs"'
    assert tick not in counter.get(page_of(shop)).content.decode()
    sent = {"parcel": near.pk, "parts": "customs", "first": "1"}
    page = counter.post(page_of(shop) + "/imprimer", sent, follow=True).content.decode()
    assert "rien à déclarer à la douane" in page
    far = parcel_of(shop, email="far@example.org", **OVERSEAS)
    assert tick in counter.get(page_of(shop)).content.decode()
    answer = counter.post(page_of(shop) + "/imprimer", sent | {"parcel": [near.pk, far.pk]})
    assert len(words(answer.content)) == 1


def test_a_scan_says_which_title_is_in_the_parcel(shop, counter):
    product = make_product(title="La Place")
    order = make_posted((make_offer(shop=shop, on_hand=3, product=product), 2))
    path = f"{page_of(shop)}/commandes/{order.pk}"
    page = counter.post(path + "/scan", {"code": product.ean}, follow=True).content.decode()
    assert "Dans le colis\u00a0: «\u00a0La Place\u00a0»." in page


def test_the_table_for_a_carrier_has_no_formula(shop, counter):
    parcel = parcel_of(shop, **OVERSEAS)
    answer = counter.post(page_of(shop) + "/tableau", {"parcel": parcel.pk, "layout": "laposte"})
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    heads, row = (line.split(";") for line in text.splitlines())
    found = dict(zip(heads, row, strict=True))
    assert found["lastName"] == inert("=Ana Formule") == "'=Ana Formule"
    assert found["orderNumber"] == parcel.order.code
    assert (found["zipCode"], found["countryCode"], found["hsCode"]) == ("97400", "FR", "490199")
    # Two copies of 12.90 less their VAT at 5.5 %: 25.80 - 1.34.
    assert (found["weight"], found["totalAmount"]) == ("0.600", "24.46")


def test_every_table_names_fields_that_there_are():
    for layout in layouts():
        for column in layout.columns:
            assert column.field in FIELDS or column.text
    assert {layout.word for layout in layouts()} == {"laposte", "mondial_relay", "all"}


def test_pasted_numbers_go_to_their_orders_and_wrong_rows_void_none(shop, counter):
    one, two = parcel_of(shop), parcel_of(shop, email="two@example.org")
    strange = parcel_of(make_shop())
    rows = [
        "Commande;Suivi",
        f"{one.order.code};6A12345678901",
        f"{strange.order.code};6A00000000000",
        f"{two.order.code};CB473124828FR",
    ]
    answer = counter.post(page_of(shop) + "/numeros", {"numbers": "\n".join(rows)})
    text = answer.content.decode()
    assert "2 numéros notés." in text
    assert "clé de contrôle" in text
    assert strange.order.code in text
    tracked = dict(Parcel.objects.values_list("pk", "tracking"))
    assert tracked == {one.pk: "6A12345678901", two.pk: "CB473124828FR", strange.pk: ""}
    again = operations.take_rows(shop=shop, text=rows[1], actor=staff_of(shop))
    assert [each.refusal for each in again] == [None]
    other = f"{one.order.code};6A99999999999"
    (refused,) = operations.take_rows(shop=shop, text=other, actor=staff_of(shop))
    assert refused.refusal.code == "parcel_numbered"


def test_a_word_among_pasted_numbers_is_told_and_not_noted(shop, counter):
    one, two, three = (parcel_of(shop, email=f"{n}@example.org") for n in range(3))
    rows = [f"{one.order.code} garbage", f"{two.order.code};A1", f"{three.order.code};ABC-123"]
    text = counter.post(page_of(shop) + "/numeros", {"numbers": "\n".join(rows)}).content.decode()
    assert "1 numéro noté." in text
    assert "GARBAGE\u00a0» ne ressemble pas à un numéro de colis" in text
    # What was not noted is still in the field, to be mended.
    assert f"{one.order.code} garbage\n{two.order.code};A1</textarea>" in text
    tracked = dict(Parcel.objects.values_list("pk", "tracking"))
    assert tracked == {one.pk: "", two.pk: "", three.pk: "ABC123"}
    # At its parcel, where somebody looks at it, it may stand.
    odd = operations.number(parcel_id=one.pk, tracking="A1", actor=staff_of(shop))
    assert odd.tracking == "A1"


def test_a_program_reports_a_parcel_once_and_its_reader_sees_it(shop):
    order = make_posted((make_offer(shop=shop, on_hand=3), 2))
    client, headers = Client(), {"Authorization": f"Bearer {secret_of(shop)}"}
    listed = client.get(f"/api/v1/shops/{shop.siret}/post", headers=headers).json()["items"]
    assert [(each["code"], each["lines"][0]["to_pack"]) for each in listed] == [(order.code, 2)]
    body = {"code": order.code, "carrier": "colissimo", "tracking": "6a 12345678901"}
    path = f"/api/v1/shops/{shop.siret}/parcels"

    def report(**more):
        sent = body | more
        return client.post(path, sent, content_type="application/json", headers=headers)

    first = report().json()
    second = report(handed=True).json()
    assert first["id"] == second["id"]
    assert second["handed_at"]
    seen = client.get(f"/api/v1/orders/{order.token}").json()
    assert (seen["status"], seen["parcels"][0]["lines"][0]["quantity"]) == ("shipped", 2)
    assert seen["parcels"][0]["tracking_url"].endswith("code=6A12345678901")
    assert client.post(f"{path}/{first['id']}/delivered", headers=headers).status_code == 200
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED
    assert report(code="00000000").status_code == 404


def test_the_number_goes_with_the_address(shop):
    parcel = parcel_of(shop)
    operations.number(parcel_id=parcel.pk, tracking="6A12345678901", actor=staff_of(shop))
    operations.hand_over(parcel_id=parcel.pk, actor=staff_of(shop))
    operations.receive(token=parcel.order.token, parcel_id=parcel.pk, actor=READER)
    erase_due(now=timezone.now() + timedelta(days=400))
    parcel.refresh_from_db()
    assert (parcel.tracking, Order.objects.get().address.name) == ("", "")


def test_the_same_from_the_command_line(shop, tmp_path):
    order = make_posted((make_offer(shop=shop, on_hand=3), 1))
    ean = order.lines.get().product.ean

    def run(*words):
        done = CliRunner().invoke(post, [str(word) for word in words])
        assert done.exit_code == 0, done.output
        return done.output

    assert "1 ×" in run("list", shop.slug)
    run("fetch", shop.slug, ean)
    run("pack", shop.slug, order.code)
    key = Parcel.objects.get().pk
    numbers = tmp_path / "numbers.csv"
    numbers.write_text(f"{order.code};6A12345678901\n")
    assert "6A12345678901" in run("numbers", shop.slug, numbers)
    run("papers", shop.slug, tmp_path / "a.pdf", "--only", "labels")
    assert len(words((tmp_path / "a.pdf").read_bytes())) == 1
    run("table", shop.slug, "all", tmp_path / "a.csv")
    assert "6A12345678901" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    run("hand", key)
    run("deliver", key)
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED
