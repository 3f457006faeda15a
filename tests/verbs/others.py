"""What the verbs of archives, events, webhooks and the audit ask of their actor."""

from dataclasses import replace

from comptoir.shops.operations.scope import Verb
from tests.verbs.rows import of, on_endpoint, on_shop
from tests.verbs.world import MEETING, announced, bundled, picked

VERBS = dict(
    [
        of("archives.reads.leave_of", Verb.EXPORT_SHOP, lambda f, w, actor: f(w.shop, actor)),
        of("archives.operations.bundles.ask", Verb.EXPORT_SHOP, on_shop()),
        of("archives.operations.bundles.stop", Verb.EXPORT_SHOP, on_shop()),
        of("archives.operations.bundles.fetch", Verb.EXPORT_SHOP,
           lambda f, w, actor: f(shop=bundled(w.shop), actor=actor)),
        of("archives.operations.farewells.say_farewell", Verb.END_SHOP,
           lambda f, w, actor: f(shop=w.shop, typed=w.shop.name, actor=actor)),
        of("archives.operations.farewells.take_back", Verb.END_SHOP, on_shop()),
        of("oversight.audit.audit_of_shop", Verb.READ_AUDIT, on_shop()),
        of("events.operations.picks.write_pick", Verb.FILL_WINDOW,
           lambda f, w, actor: f(
               shop=w.shop, product_id=w.offer.product_id, text="Un mot", actor=actor)),
        of("events.operations.picks.put_first", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, pick_id=picked(w), actor=actor)),
        of("events.operations.picks.move_pick", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, pick_id=picked(w), by=1, actor=actor)),
        of("events.operations.picks.remove_pick", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, pick_id=picked(w), actor=actor)),
        of("events.operations.meetings.announce_event", Verb.FILL_WINDOW,
           on_shop(details=MEETING)),
        of("events.operations.meetings.change_event", Verb.FILL_WINDOW,
           lambda f, w, actor: f(
               shop=w.shop, event_id=announced(w.shop), actor=actor,
               details=replace(MEETING, text="Autrement"))),
        of("events.operations.meetings.cancel_event", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, event_id=announced(w.shop), actor=actor)),
        of("webhooks.operations.add_endpoint", Verb.CHANGE_WEBHOOKS,
           on_shop(url="https://example.org/b", events=[])),
        of("webhooks.operations.remove_endpoint", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.rotate_secret", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.pause_endpoint", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.resume_endpoint", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.send_test", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.replay", Verb.CHANGE_WEBHOOKS,
           lambda f, w, actor: f(shop=w.shop, delivery_id=w.delivery.pk, actor=actor)),
        of("webhooks.operations.replay_failed", Verb.CHANGE_WEBHOOKS, on_endpoint),
    ]
)  # fmt: skip
