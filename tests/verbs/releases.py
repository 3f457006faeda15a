"""What each verb of releases and draws asks of its actor, in a shop."""

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.draws.models import Draw
from comptoir.draws.operations import freeze_due
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.operations.scope import Verb
from tests.factories import make_network
from tests.releases.made import (
    DAY,
    draw_request,
    drawn,
    entered,
    release_request,
    released,
)
from tests.verbs.rows import of
from tests.verbs.world import World


def of_network(w: World) -> Draw:
    """Return a draw of a network of the shop."""
    network = make_network()
    join_network(shop=w.shop, network=network, actor=SYSTEM)
    return drawn(network, w.offer.product)


def frozen(w: World) -> Draw:
    """Return a draw of the shop whose entries are closed."""
    draw = drawn(w.shop, w.offer.product)
    entered(draw)
    draw.entries.update(state="in")
    freeze_due(now=timezone.now() + DAY)
    return draw


VERBS = dict(
    [
        of("releases.operations.announce.announce", Verb.SET_RELEASES,
           lambda f, w, actor: f(of=w.shop, request=release_request(w.offer.product),
                                 actor=actor, now=timezone.now())),
        of("releases.operations.announce.change", Verb.SET_RELEASES,
           lambda f, w, actor: f(release=released(w.shop, w.offer.product), actor=actor,
                                 request=release_request(w.offer.product), now=timezone.now())),
        of("releases.operations.announce.withdraw", Verb.SET_RELEASES,
           lambda f, w, actor: f(release=released(w.shop, w.offer.product), actor=actor,
                                 now=timezone.now())),
        of("releases.operations.announce.restore", Verb.SET_RELEASES,
           lambda f, w, actor: f(release=released(w.shop, w.offer.product), actor=actor)),
        of("draws.operations.start.open_draw", Verb.SET_RELEASES,
           lambda f, w, actor: f(of=w.shop, request=draw_request(w.offer.product),
                                 actor=actor, now=timezone.now())),
        of("draws.operations.start.add_lot", Verb.SET_RELEASES,
           lambda f, w, actor: f(draw=of_network(w), shop=w.shop, copies=1, actor=actor)),
        of("draws.operations.start.cancel_draw", Verb.SET_RELEASES,
           lambda f, w, actor: f(draw=drawn(w.shop, w.offer.product), actor=actor,
                                 now=timezone.now())),
        of("draws.operations.lots.draw_lots", Verb.SET_RELEASES,
           lambda f, w, actor: f(draw=frozen(w), value="42", actor=actor,
                                 now=timezone.now() + 2 * DAY)),
    ]
)  # fmt: skip
