"""Coming in: one shop, several, none; and the demonstration's door."""

import pytest

from comptoir.accounts.models import User
from comptoir.shops.models import Staff
from tests.counter.conftest import browser_of
from tests.factories import make_shop, make_staff


def test_nobody_signs_in_first(client, db):
    assert client.get("/comptoir/")["Location"] == "/compte/?next=/comptoir/"


def test_staff_of_one_shop_go_straight_there(desk):
    assert desk.get("/comptoir/")["Location"] == "/comptoir/pilori/"


def test_staff_of_several_choose(desk, staff):
    Staff.objects.create(shop=make_shop(name="Disques du Clain"), user=staff)
    page = desk.get("/comptoir/").content.decode()
    assert "Librairie du Pilori" in page
    assert "Disques du Clain" in page


def test_somebody_of_no_shop_is_told(db):
    page = browser_of(User.objects.create_user("seule@example.org")).get("/comptoir/")
    assert page.status_code == 200
    assert "seule@example.org" in page.content.decode()


def test_the_demonstration_s_door_does_not_exist_elsewhere(client, shop, staff):
    shop.demo = True
    shop.save()
    assert client.get("/comptoir/entrer").status_code == 404
    assert client.post("/comptoir/entrer", {"user": staff.pk}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_in_the_demonstration_one_tap_lets_in(client, shop, staff, settings):
    settings.DEMO = True
    shop.demo = True
    shop.save()
    assert client.get("/comptoir/")["Location"] == "/comptoir/entrer"
    assert f'value="{staff.pk}"' in client.get("/comptoir/entrer").content.decode()
    response = client.post("/comptoir/entrer", {"user": staff.pk}, follow=True)
    assert response.redirect_chain[-1][0] == "/comptoir/pilori/"


@pytest.mark.parametrize("who", ["real", "both", "operator", "nobody", "x"])
def test_nobody_real_is_entered_as(who, client, shop, staff, settings):
    settings.DEMO = True
    demo = make_shop(demo=True)
    people = {"real": staff, "both": make_staff(demo), "operator": make_staff(demo, is_staff=True)}
    Staff.objects.create(shop=shop, user=people["both"])
    key = people[who].pk if who in people else {"nobody": 10**9}.get(who, who)
    assert client.post("/comptoir/entrer", {"user": key}).status_code == 404
    assert "_auth_user_id" not in client.session
