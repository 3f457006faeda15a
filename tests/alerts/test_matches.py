"""Which alerts the stock answers: near, of the condition wanted, sure, in a shop that is open."""

import copy
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.alerts import operations
from comptoir.alerts.links import link_word
from comptoir.alerts.models import Alert, Followed, Wanted
from comptoir.alerts.operations import matches
from comptoir.core import outbox
from comptoir.core.db import execute, fetch
from comptoir.core.locks import Space, try_lock
from comptoir.orders.operations import end_shop
from comptoir.shops.operations.settings import SettingsChange
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.ledger import change_settings
from tests.alerts.waiting import arrives, request_for_alert, waits_for
from tests.concurrency.together import together
from tests.factories import make_offer, make_product, make_shop
from tests.late import committing_late

pytestmark = pytest.mark.django_db(transaction=True)
NIORT = {"latitude": 46.3237, "longitude": -0.4648, "city": "Niort", "postcode": "79000"}


def is_due(alert: Alert) -> bool:
    while operations.follow():
        pass
    alert.refresh_from_db()
    return alert.due_at is not None


def test_a_copy_near_is_found_and_one_far_away_is_not(alert, title, shop):
    far = make_shop(**NIORT)
    arrives(title, far)
    assert not is_due(alert)
    arrives(title, shop)
    assert is_due(alert)


def test_what_came_before_the_link_was_pressed_is_found_too(title):
    asked = operations.ask(request_for_alert(title, radius_km=100))
    arrives(title, make_shop(**NIORT))
    while operations.follow():
        pass
    assert is_due(operations.confirm(word=link_word(asked)))


@pytest.mark.parametrize(
    ("wanted", "condition", "found"),
    [
        (Wanted.NEW, Condition.NEW, True),
        (Wanted.NEW, Condition.VERY_GOOD, False),
        (Wanted.USED, Condition.NEW, False),
        (Wanted.USED, Condition.VERY_GOOD, True),
        (Wanted.ANY, Condition.VERY_GOOD, True),
    ],
)
def test_the_condition_is_the_one_wanted(title, shop, wanted, condition, found):
    alert = waits_for(title, wanted=wanted)
    arrives(title, shop, condition.value)
    assert is_due(alert) is found


def test_a_copy_that_is_to_be_confirmed_uses_no_alert_up(alert, title, shop):
    arrives(title, shop)
    offer = Offer.objects.get(product=title)
    Offer.objects.filter(pk=offer.pk).update(doubtful=1)
    assert not is_due(alert)
    arrives(title, shop)
    assert is_due(alert), "one of the two is sure"


def test_a_shop_that_is_paused_or_has_left_does_not_count(alert, title, shop):
    change_settings(shop=shop, change=SettingsChange(paused=True), actor=SYSTEM)
    arrives(title, shop)
    assert not is_due(alert)
    change_settings(shop=shop, change=SettingsChange(paused=False), actor=SYSTEM)
    assert is_due(alert)

    gone, other = make_shop(), make_product()
    waiting = waits_for(other)
    make_offer(shop=gone, product=other)
    end_shop(shop=gone, actor=SYSTEM)
    outbox.publish(outbox.OutboxEntry.Topic.PRODUCT, [other.pk])
    assert not is_due(waiting)


def test_nobody_is_told_of_what_another_waits_for_or_before_the_link_is_pressed(title, shop):
    other = waits_for(make_product())
    unconfirmed = Alert.objects.create(
        product=title,
        latitude=46.58,
        longitude=0.34,
        radius_km=20,
        email="x@example.org",
        email_key="k",
        nonce="n" * 16,
        ends_at=timezone.now() + timedelta(days=1),
    )
    arrives(title, shop)
    assert not is_due(other)
    assert not is_due(unconfirmed)


def test_an_alert_whose_time_is_over_is_not_found(alert, title, shop):
    Alert.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    arrives(title, shop)
    assert not is_due(alert)


def test_a_transaction_that_commits_late_is_not_skipped(alert, title, shop):
    other = make_product()
    arrives(other, shop)
    is_due(alert)
    with committing_late(lambda: arrives(title, shop)):
        arrives(other, shop)
        assert not is_due(alert)
    assert is_due(alert)


def test_while_one_follows_another_does_nothing(alert, title, shop):
    arrives(title, shop)
    seen = []

    def second() -> None:
        seen.append(operations.follow())

    with transaction.atomic():
        assert try_lock(Space.ALERT_NEWS)
        together(second)
    assert seen == [0]
    assert is_due(alert)


def test_where_nobody_waits_the_outbox_is_not_read(title, shop):
    arrives(title, shop)
    assert operations.follow() == 0
    assert Followed.objects.get().xid > 0


def test_a_look_at_all_finds_what_no_entry_told(alert, title, shop):
    arrives(title, shop)
    outbox.prune(0)
    assert not is_due(alert)
    assert operations.look_at_all(now=timezone.now()) == 1
    assert is_due(alert)


def test_a_batch_costs_the_same_few_statements_however_many_wait(shop):
    titles = [make_product() for _each in range(30)]
    for number, each in enumerate(titles):
        waits_for(each, email=f"n{number}@example.org")
    counted = {}
    for many in (3, 27):
        for each in titles[:many]:
            arrives(each, shop)
        titles = titles[many:]
        with CaptureQueriesContext(connection) as asked:
            operations.follow()
        counted[many] = len(asked)
    assert Alert.objects.filter(due_at=None).count() == 0
    assert counted[3] == counted[27]


def test_it_finds_by_indexes(alert, title, shop):
    # Of a nearly empty table the planner takes any index: so others wait, for another title.
    other, rows = make_product(), []
    for number in range(2000):
        row = copy.copy(alert)
        row.pk, row.product = None, other
        row.email_key, row.nonce = f"{number:064x}", f"{number:016x}"
        rows.append(row)
    Alert.objects.bulk_create(rows)
    execute("ANALYZE alerts_alert")
    plan = "\n".join(
        row[0]
        for row in _explain(
            matches._FOUND,
            {
                "products": [title.pk],
                "shops": [shop.pk],
                "used": [False],
                "earth": 1.0,
                "now": timezone.now(),
            },
        )
    )
    assert "alerts_alert_product" in plan
    assert "Seq Scan on alerts_alert" not in plan


def _explain(statement, params):
    execute("SET enable_seqscan = off")
    try:
        return fetch("EXPLAIN " + statement, params)
    finally:
        execute("RESET enable_seqscan")
