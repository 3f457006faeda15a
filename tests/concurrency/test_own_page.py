"""Two people change one shop's page at once: nobody undoes what the other wrote unseen."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict
from comptoir.orders.operations.page.undo import undo_act
from comptoir.shops.models import StaffRole
from comptoir.shops.operations import SettingsChange, update_settings
from comptoir.shops.operations.page.meanwhile import last_act
from tests.concurrency.together import together
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop():
    return make_shop(description="Une salle.", email="a@example.org")


def saver(shop, since, **values):
    """Return the work of an owner who sends a form."""
    owner = make_staff(shop, StaffRole.MANAGER).actor
    change = SettingsChange(**values)
    return lambda: update_settings(shop=shop, change=change, actor=owner, since=since)


def test_of_two_who_write_one_field_the_second_is_told(shop):
    opened = last_act(shop)
    works = [saver(shop, opened, description=text) for text in ("Deux salles.", "Trois salles.")]
    raised = together(*works)
    assert [(type(each), each.data["fields"]) for each in raised] == [(Conflict, ["description"])]
    assert shop.acts.count() == 1
    shop.refresh_from_db()
    assert shop.description == shop.acts.get().changes.get().after


def test_control_without_what_they_saw_the_second_writes_over_the_first(shop):
    works = [saver(shop, None, description=text) for text in ("Deux salles.", "Trois salles.")]
    assert together(*works) == []
    assert shop.acts.count() == 2


def test_whole_forms_that_change_different_fields_both_count(shop):
    opened = last_act(shop)
    first = saver(shop, opened, description="Deux salles.", email="a@example.org")
    second = saver(shop, opened, description="Une salle.", email="b@example.org")
    assert together(first, second) == []
    shop.refresh_from_db()
    assert (shop.description, shop.email) == ("Deux salles.", "b@example.org")


def test_an_undo_waits_for_who_writes_and_does_not_write_over_it(shop):
    update_settings(shop=shop, change=SettingsChange(email="b@example.org"), actor=SYSTEM)
    act = last_act(shop)
    write = saver(shop, act, email="c@example.org")
    raised = together(write, lambda: undo_act(shop=shop, act_id=act, actor=SYSTEM))
    shop.refresh_from_db()
    # Whoever came first, the later one was told: both together never pass.
    assert [each.code for each in raised] in (["changed_since"], ["changed_meanwhile"])
    assert shop.email in {"c@example.org", "a@example.org"}
