"""Two steps on pages, without a script: ticked, confirmed, a receipt to keep."""

from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.payments.kinds import RefundStatus
from comptoir.payments.operations import settle
from comptoir.withdrawals.models import Withdrawal
from comptoir.withdrawals.operations import declare, receive
from tests.withdrawals.world import bought, delivered, whole

pytestmark = pytest.mark.django_db


def test_ticked_then_confirmed_then_a_receipt(client):
    order = delivered(bought(2, kind="record", format="lp"))
    page, line = f"/reservation/{order.token}/retractation", order.lines.get()
    assert page in client.get(f"/reservation/{order.token}").content.decode()
    first = client.get(page).content.decode()
    assert "Renoncer au contrat ici" in first
    assert "L221-28" in first
    assert client.post(page, {"action": "choose"}).status_code == 400
    ticks = {f"line-{line.pk}": "1", f"copies-{line.pk}": "1"}
    second = client.post(page, ticks | {"action": "choose"}).content.decode()
    assert "Confirmer la rétractation" in second
    assert not Withdrawal.objects.exists()
    third = client.post(page, ticks | {"action": "confirm"})
    made = Withdrawal.objects.get()
    assert third["Location"] == f"{page}/{made.pk}"
    shown = client.get(third["Location"]).content.decode()
    assert f"1 × {line.title}" in shown
    text = client.get(third["Location"] + ".txt").content.decode()
    seconds = made.declared_at.strftime(":%M:%S")
    assert seconds in text
    pdf = client.get(third["Location"] + ".pdf").content
    printed = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert seconds in printed
    assert client.get(third["Location"] + ".pdf").content == pdf
    mail = Message.objects.get(template="withdrawal_receipt")
    render(mail)
    assert seconds in mail.text
    assert f"1 × {line.title}" in mail.text
    assert client.post(third["Location"], {"proof": "6A1"}, follow=True).status_code == 200


def test_the_receipt_stands_on_the_page_of_the_order_that_ended_by_it(client):
    order = bought()
    page = f"/reservation/{order.token}"
    assert "accusé de réception" not in client.get(page).content.decode()
    made = declare(token=order.token, quantities=whole(order), actor=READER)
    order.refresh_from_db()
    assert order.ended_at is not None
    assert f'href="{page}/retractation/{made.pk}"' in client.get(page).content.decode()


def test_the_answer_is_the_same_for_an_order_that_is_there_and_one_that_is_not(client):
    order = delivered(bought())
    asked = {"email": order.email, "code": order.code}
    known = client.post("/retractation", asked)
    unknown = Client().post("/retractation", asked | {"code": "00000000"})
    assert known.status_code == unknown.status_code == 200
    told, other = (each.content.decode().partition("<main")[2] for each in (known, unknown))
    told, other = (each.partition("</main>")[0] for each in (told, other))
    assert told.replace(order.code, "00000000") == other
    link = Message.objects.get(template="withdrawal_link").context["link"]
    assert client.get(f"/retractation/{link}").status_code == 200
    assert client.get(f"/retractation/{link}x").status_code == 410
    line = order.lines.get()
    client.post(f"/retractation/{link}", {f"line-{line.pk}": "1", "action": "confirm"})
    assert Withdrawal.objects.get().order_id == order.pk
    again = client.post(f"/retractation/{link}", {f"line-{line.pk}": "1", "action": "confirm"})
    assert again.status_code == 400
    assert Withdrawal.objects.count() == 1


def test_after_the_period_the_page_says_so_and_takes_nothing(client):
    order = delivered(bought(), days_ago=40)
    page, line = f"/reservation/{order.token}/retractation", order.lines.get()
    assert "a pris fin" in client.get(page).content.decode()
    forced = client.post(page, {f"line-{line.pk}": "1", "action": "confirm"})
    assert forced.status_code == 409
    assert not Withdrawal.objects.exists()


def test_a_number_that_no_order_has_is_told_at_once_however_it_is_written(client):
    order = delivered(bought())
    asked = {"email": order.email}
    spaced = f"n° {order.code[:4]}\u00a0{order.code[4:6]}.{order.code[6:]}"
    codes = ("1234", f"{order.code}1", spaced)
    answers = [client.post("/retractation", asked | {"code": code}) for code in codes]
    assert [answer.status_code for answer in answers] == [400, 400, 200]
    assert "huit chiffres, dans chacun" in answers[0].content.decode()
    assert Message.objects.filter(template="withdrawal_link").count() == 1


@pytest.mark.parametrize("copies", [1, 2])
def test_the_page_says_what_became_of_an_order_that_was_withdrawn_from_whole(client, copies):
    order = delivered(bought(2))
    page, line = f"/reservation/{order.token}", order.lines.get()
    made = declare(token=order.token, quantities={line.pk: copies}, actor=READER)
    declared = client.get(page).content.decode()
    receive(withdrawn_id=made.lines.get().pk, quantity=copies, actor=SYSTEM)
    going = client.get(page).content.decode()
    settle(order_id=order.pk, now=timezone.now())
    order.refunds.update(status=RefundStatus.DONE, done_at=timezone.now())
    gone = client.get(page).content.decode()
    whole_one = copies == 2
    told = ("Elle retourne à la boutique", "remboursement est en route", "commande est remboursée")
    for shown, words in zip((declared, going, gone), told, strict=True):
        assert (words in shown) is whole_one
        assert ("bonne lecture" in shown) is not whole_one
        assert (f'href="{page}/retractation"' in shown) is not whole_one
        assert f'href="{page}/retractation/{made.pk}"' in shown
    empty = client.get(f"{page}/retractation").content.decode()
    assert ("il ne reste rien" in empty) is whole_one
