"""What each verb of orders asks of its actor."""

from django.utils import timezone

from comptoir.orders.operations import Wish
from comptoir.shops.operations.scope import Verb
from tests.factories import make_shop
from tests.verbs.posted import LATER, lapsed, of_its_line, of_posted, paid, posted, sent
from tests.verbs.rows import of, on_shop
from tests.verbs.world import CLOSED, DAY, changed, first_slot, shut

VERBS = dict(
    [
        of("orders.operations.alerts.set_alert", Verb.CHANGE_SHOP, on_shop(wish=Wish(sound=True))),
        of("orders.operations.deadlines.close_shop", Verb.CLOSE_SHOP,
           on_shop(first_day=DAY, last_day=DAY, reason="")),
        of("orders.operations.departures.end_shop", Verb.RUN_INSTALLATION, on_shop()),
        of("orders.operations.departures.readmit_shop", Verb.RUN_INSTALLATION, on_shop()),
        of("orders.operations.mergers.merge_shops", Verb.RUN_INSTALLATION,
           lambda f, w, actor: f(shop=w.shop, into=make_shop(), actor=actor)),
        of("orders.operations.page.undo.undo_act", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, act_id=changed(w.shop), actor=actor)),
        of("orders.operations.moves.set_aside", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.order.pk, actor=actor)),
        of("orders.operations.moves.mark_not_found", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(line_id=w.order.lines.get().pk, actor=actor)),
        of("orders.operations.moves.collect", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.ready.pk, actor=actor)),
        of("orders.operations.moves.cancel", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.order.pk, actor=actor)),
        of("orders.operations.trust.again.trust_again", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.order.pk, actor=actor)),
        of("orders.operations.doors.switch.close_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(of=w.shop, request=CLOSED, actor=actor, now=timezone.now())),
        of("orders.operations.doors.switch.open_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(doors=shut(w), actor=actor, now=timezone.now())),
        of("orders.operations.doors.slots.choose_slot", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(
               order_id=w.order.pk, slot=first_slot(w), actor=actor, now=timezone.now())),
        of_posted("payment.settle_payment", posted),
        of_posted("payment.refuse_payment", posted, reason="one_a_person"),
        of_posted("payment.give_time_to_pay", posted, until=LATER),
        of_posted("payment.unsettle_payment", paid, until=LATER),
        of_posted("payment.revive", lapsed),
        of_posted("parcels.prepare", paid),
        of_posted("parcels.mark_shipped", paid),
        of_its_line("returns.mark_missing", paid),
        of_its_line("returns.keep_back", paid),
        of_its_line("returns.take_back", sent),
    ]
)  # fmt: skip
