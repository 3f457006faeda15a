"""What each verb of orders asks of its actor."""

from django.utils import timezone

from comptoir.orders.operations import Wish
from comptoir.shops.operations.scope import Verb
from tests.factories import make_shop
from tests.verbs.posted import LATER, lapsed, line_of, paid, posted, sent
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
        *[
            of(f"orders.operations.postal.{verb}", Verb.SERVE_ORDERS, call)
            for verb, call in {
                "payment.settle_payment":
                    lambda f, w, actor: f(order_id=posted(w).pk, actor=actor),
                "payment.refuse_payment":
                    lambda f, w, actor: f(
                        order_id=posted(w).pk, reason="one_a_person", actor=actor),
                "payment.give_time_to_pay":
                    lambda f, w, actor: f(order_id=posted(w).pk, until=LATER, actor=actor),
                "payment.unsettle_payment":
                    lambda f, w, actor: f(order_id=paid(w).pk, until=LATER, actor=actor),
                "payment.revive":
                    lambda f, w, actor: f(order_id=lapsed(w).pk, actor=actor),
                "parcels.prepare":
                    lambda f, w, actor: f(order_id=paid(w).pk, actor=actor),
                "parcels.mark_shipped":
                    lambda f, w, actor: f(order_id=paid(w).pk, actor=actor),
                "parcels.mark_delivered":
                    lambda f, w, actor: f(order_id=sent(w).pk, actor=actor),
                "returns.mark_missing":
                    lambda f, w, actor: f(line_id=line_of(paid(w)), quantity=1, actor=actor),
                "returns.keep_back":
                    lambda f, w, actor: f(line_id=line_of(paid(w)), quantity=1, actor=actor),
                "returns.take_back":
                    lambda f, w, actor: f(line_id=line_of(sent(w)), quantity=1, actor=actor),
            }.items()
        ],
    ]
)  # fmt: skip
