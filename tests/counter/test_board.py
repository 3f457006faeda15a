"""The tasks page: its lists, its taps, and the question it asks every three seconds."""

import pytest

from comptoir.accounts.actors import READER, SYSTEM, Actor
from comptoir.core.exits import voice
from comptoir.counter import board
from comptoir.orders import reads
from comptoir.orders.models import LineStatus, OrderQuerySet, OrderStatus
from comptoir.orders.operations.requests import LineRequest
from comptoir.stock.models import Offer
from tests.counter.conftest import HTMX, browser_of
from tests.factories import make_offer, make_product, make_shop, make_staff

PAGE = "/comptoir/pilori/"
LIST = "/comptoir/pilori/liste"


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """Hold the minute still: ages are part of what the list shows."""
    monkeypatch.setattr(board, "MINUTE", 10**12)


def tap(client, order, verb, **kwargs):
    return client.post(f"{PAGE}reservations/{order.pk}/{verb}", **kwargs)


def lists(client) -> tuple[list[int], list[int], list[int]]:
    """Return the orders of the three lists, as the page gives them."""
    shown = client.get(PAGE).context["board"]
    return tuple(
        [task.order.pk for task in tasks]
        for tasks in (shown.to_set_aside, shown.to_order, shown.ready)
    )


def test_a_task_says_what_to_fetch_and_for_whom(desk, reserve, offer):
    order = reserve(name="Ana Neuve")
    page = desk.get(PAGE).content.decode()
    for fact in (offer.product.title, "Une Autrice", "12,90", offer.product.ean, "Ana Neuve"):
        assert fact in page
    assert f"{order.code[:4]}\u00a0{order.code[4:]}" in page


def test_every_list_escapes_what_people_and_catalogues_say(desk, reserve, shop):
    hostile = "<b>100% & 'co'\""
    offer = make_offer(shop=shop, on_hand=9, product=make_product(title=hostile, byline=hostile))
    orders = [reserve(offer) for _each in range(3)]
    type(orders[0]).objects.update(name=hostile)
    orders[1].lines.update(status=LineStatus.TO_ORDER, held=0)
    tap(desk, orders[2], "mettre-de-cote")
    assert lists(desk) == ([orders[0].pk], [orders[1].pk], [orders[2].pk])
    page = desk.get(PAGE).content.decode()
    assert "<b>100%" not in page
    # A task says its title twice, its byline once and its name three times; what is ready, its
    # title once and its name thrice.
    assert page.count("&lt;b&gt;100% &amp; &#x27;co&#x27;&quot;") == 2 * 6 + 4
    for order in orders[:2]:
        assert f"{PAGE}reservations/{order.pk}/mettre-de-cote" in page
        line = order.lines.get().pk
        assert f"{PAGE}reservations/{order.pk}/lignes/{line}/pas-en-rayon" in page
    assert f"{PAGE}reservations/{orders[2].pk}/remettre" in page


def test_tasks_are_shown_oldest_first(desk, reserve):
    orders = [reserve(name=name).pk for name in ("Un", "Deux", "Trois")]
    assert lists(desk) == (orders, [], [])


def test_set_aside_moves_the_order_to_the_ready_list(desk, reserve, staff):
    order = reserve()
    response = tap(desk, order, "mettre-de-cote", follow=True)
    assert response.status_code == 200
    assert lists(desk) == ([], [], [order.pk])
    event = order.events.get(kind="set_aside")
    assert (event.actor_kind, event.actor_id) == ("user", staff.pk)


def test_collected_leaves_the_board_and_the_shelf(desk, reserve, offer):
    order = reserve()
    tap(desk, order, "mettre-de-cote")
    tap(desk, order, "remettre")
    assert lists(desk) == ([], [], [])
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held) == (2, 0)


def test_not_on_the_shelf_is_one_line_s_affair(desk, reserve, offer, shop):
    other = make_offer(shop=shop, on_hand=1)
    order = reserve(offer, other)
    line = order.lines.get(offer=other)
    tap(desk, order, f"lignes/{line.pk}/pas-en-rayon")
    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.status, other.on_hand, other.held) == (LineStatus.NOT_FOUND, 0, 0)
    assert lists(desk) == ([order.pk], [], [])


def test_cancel_gives_the_copies_back(desk, reserve, offer):
    order = reserve()
    tap(desk, order, "annuler")
    offer.refresh_from_db()
    assert (offer.on_hand, offer.held) == (3, 0)
    assert lists(desk) == ([], [], [])


def test_a_phone_alone_waits_for_the_shop_s_tap(desk, reserve):
    order = reserve(contact={"email": "", "phone": "0612345678"}, trusted=False)
    assert order.status == OrderStatus.UNCONFIRMED
    assert "à confirmer" in desk.get(PAGE, headers={"Accept-Language": "fr"}).content.decode()
    tap(desk, order, "mettre-de-cote")
    order.refresh_from_db()
    assert order.status == OrderStatus.SET_ASIDE


def test_a_mail_that_is_not_confirmed_is_nobody_s_task(desk, reserve):
    assert reserve(trusted=False).status == OrderStatus.UNCONFIRMED
    assert lists(desk) == ([], [], [])


def test_what_must_be_ordered_is_apart(desk, reserve, offer):
    wanted = make_product()
    order = reserve(lines=(LineRequest(wanted.pk),))
    assert lists(desk) == ([], [order.pk], [])


def test_a_second_tap_is_told_and_changes_nothing(desk, reserve, offer):
    order = reserve()
    tap(desk, order, "mettre-de-cote")
    first = list(order.events.values_list("pk", flat=True))
    response = tap(desk, order, "mettre-de-cote", follow=True)
    assert response.content.decode().count("Déjà fait") == 1
    assert list(order.events.values_list("pk", flat=True)) == first


def test_two_colleagues_at_once_one_wins_and_the_other_is_told(desk, reserve, shop, offer):
    order = reserve()
    line = order.lines.get()
    tap(browser_of(make_staff(shop)), order, f"lignes/{line.pk}/pas-en-rayon")
    response = tap(desk, order, "mettre-de-cote", headers=HTMX)
    assert response.status_code == 200
    assert "note--warning" in response.content.decode()
    order.refresh_from_db()
    assert order.status == OrderStatus.NOT_FOUND


def test_the_list_answers_304_until_something_changes(desk, reserve):
    reserve()
    first = desk.get(LIST, headers=HTMX)
    unchanged = desk.get(LIST, headers={**HTMX, "If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    order = reserve(name="Nouvelle Venue")
    changed = desk.get(LIST, headers={**HTMX, "If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert f'id="task-{order.pk}"' in changed.content.decode()
    assert changed["ETag"] != first["ETag"]


@pytest.mark.parametrize("verb", ["mettre-de-cote", "remettre", "annuler"])
def test_every_move_changes_the_version(desk, reserve, shop, verb):
    order = reserve()
    before = board.board_version(shop.pk)
    tap(desk, order, verb)
    assert board.board_version(shop.pk) != before


def keys(orders):
    return [order.pk for order in orders]


def test_one_question_finds_what_the_two_lists_are_made_of(desk, reserve, shop, staff):
    many = make_offer(shop=shop, on_hand=20)
    ready, _waiting, by_mail = reserve(many), reserve(many), reserve(many, trusted=False)
    phone = {"email": "", "phone": "0612345678"}
    by_phone = reserve(many, contact=phone, trusted=False)
    tap(desk, ready, "mettre-de-cote")
    assert by_mail.status == by_phone.status == OrderStatus.UNCONFIRMED
    for actor in (staff.actor, SYSTEM):
        to_do, set_aside = reads.counter_orders(shop, actor=actor)
        assert keys(to_do) == keys(reads.counter_tasks(shop.pk, actor=actor))
        assert keys(set_aside) == keys(reads.counter_ready(shop.pk, actor=actor)) == [ready.pk]


def test_it_finds_nothing_for_who_is_of_another_shop(reserve, shop, staff):
    reserve()
    strangers = (make_staff(make_shop()).actor, READER, Actor.token(staff.pk))
    for actor in strangers:
        assert reads.counter_orders(shop, actor=actor) == ([], [])
    type(staff).objects.filter(pk=staff.pk).update(is_active=False)
    assert reads.counter_orders(shop, actor=staff.actor) == ([], [])


def test_without_its_scope_anybody_would_find_them(reserve, shop, monkeypatch):
    """The control of the test before."""
    order = reserve()
    monkeypatch.setattr(OrderQuerySet, "visible_to", lambda orders, _actor: orders)
    reads._on_the_board.cache_clear()
    try:
        assert keys(reads.counter_orders(shop, actor=READER)[0]) == [order.pk]
    finally:
        reads._on_the_board.cache_clear()


def test_the_question_costs_few_queries(desk, reserve, django_assert_max_num_queries):
    reserve()
    etag = desk.get(LIST)["ETag"]
    with django_assert_max_num_queries(5):
        desk.get(LIST, headers={**HTMX, "If-None-Match": etag})


def test_the_page_costs_as_many_queries_for_ten_tasks_as_for_one(desk, reserve, shop):
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as seen:
            desk.get(PAGE)
        return len(seen)

    reserve()
    desk.get(PAGE)  # Whatever a process reads once.
    one = queries()
    for number in range(5):
        reserve(make_offer(shop=shop), name=f"Client {number}")
    assert queries() == one


@pytest.mark.parametrize(
    ("shown", "back"),
    [
        ("http://testserver/comptoir/pilori/trouver?q=ana", "/comptoir/pilori/trouver%3Fq%3Dana"),
        ("http://elsewhere.example/comptoir/pilori/trouver", PAGE),
        ("", PAGE),
    ],
)
def test_signed_out_in_the_middle_one_comes_back_to_the_page(client, shop, shown, back):
    headers = {**HTMX, "HX-Current-URL": shown}
    taps = f"{PAGE}reservations/1/remettre"
    for response in (client.get(LIST, headers=headers), client.post(taps, headers=headers)):
        assert response.headers["HX-Redirect"] == f"/compte/?next={back}"


def test_another_shop_s_order_is_not_there(desk, reserve):
    elsewhere: Offer = make_offer(shop=make_shop())
    order = reserve(elsewhere)
    for verb in ("mettre-de-cote", "remettre", "annuler"):
        assert tap(desk, order, verb).status_code == 404
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED


def test_somebody_of_two_shops_cannot_reach_one_through_the_other(shop, staff, reserve):
    from comptoir.shops.models import Staff

    other = make_shop(slug="autre")
    Staff.objects.create(shop=other, user=staff)
    order = reserve(make_offer(shop=other))
    client = browser_of(staff)
    assert tap(client, order, "mettre-de-cote").status_code == 404
    assert client.get(f"/comptoir/autre/reservations/{order.pk}").status_code == 200


def test_each_page_says_that_a_copy_is_quiet(desk):
    quiet = "comptoir speak"
    assert quiet not in desk.get(PAGE).content.decode()
    voice.be_quiet()
    assert quiet in desk.get(PAGE).content.decode()
