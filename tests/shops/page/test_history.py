"""Each change of a shop is in its history, and is undone with one click."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict
from comptoir.orders.operations.page.undo import undo_act
from comptoir.shops.operations import SettingsChange
from comptoir.shops.page.history import history_of
from comptoir.stock.shelf.ledger import change_settings
from tests.factories import make_shop

pytestmark = pytest.mark.django_db


def change(shop, actor=SYSTEM, **values):
    return change_settings(shop=shop, change=SettingsChange(**values), actor=actor)


def test_an_act_is_undone_whole_and_its_undo_too():
    shop = make_shop(phone="+33549000000", description="")
    change(shop, phone="05 49 11 22 33", description="Deux salles.", services={"delivery"})
    (done,) = history_of(shop, actor=SYSTEM)
    assert {each.unit for each in done.lines} == {"phone", "description", "services"}
    undo_act(shop=shop, act_id=done.act.pk, actor=SYSTEM)
    shop.refresh_from_db()
    assert (shop.phone, shop.description, shop.services.count()) == ("+33549000000", "", 0)
    undone, first = history_of(shop, actor=SYSTEM)
    assert undone.act.undoes == first.act
    assert first.undone
    undo_act(shop=shop, act_id=undone.act.pk, actor=SYSTEM)
    shop.refresh_from_db()
    assert (shop.phone, shop.services.get().kind) == ("+33549112233", "delivery")
    first.act.refresh_from_db()
    assert not first.act.changes.exclude(undone=None).exists(), "it stands again"
    with pytest.raises(Conflict) as refusal:
        undo_act(shop=shop, act_id=undone.act.pk, actor=SYSTEM)
    assert refusal.value.code == "already_undone"
