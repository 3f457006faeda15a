"""What each verb of a network asks of its actor: the table by which `test_scope.py` tries each.

A function that asks `in_network` and is not here fails the tests: add its row, with who may do it
and how it is called on a `World`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.networks.models import Network, NetworkRole
from comptoir.networks.operations import NetworkChange
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.oversight.audit import Question
from comptoir.oversight.faults import Fault
from comptoir.oversight.operations import Asked
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations.memberships import join_network
from tests.factories import (
    make_coordinator,
    make_network,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    request_for,
)
from tests.releases.made import draw_request, release_request
from tests.verbs.world import CLOSED

ASKED = Asked(faults=[Fault.NO_PHOTO], subject="Votre page", text="Une photo, s’il vous plaît")


@dataclass
class World:
    """A network with somebody who works for it, an order of a member, and a shop that is none."""

    network: Network
    editor_id: int
    order: Order
    other: Shop


def make_world() -> World:
    """Make the network and what its people may act on."""
    network = make_network()
    shop = make_shop(email="shop@example.org")
    join_network(shop=shop, network=network, actor=SYSTEM)
    make_coordinator(network)
    editor = make_coordinator(network, NetworkRole.EDITOR)
    other = make_shop()
    make_staff(other, StaffRole.MANAGER)
    return World(network, editor.pk, place(request_for(make_offer(shop=shop))), other)


Call = Callable[[World, Actor], object]


def of(
    path: str, verb: NetworkVerb, call: Callable[..., object]
) -> tuple[str, tuple[NetworkVerb, Call]]:
    """Return a row of the table: where a function is, its verb, and how it is called here."""
    module, _dot, name = path.rpartition(".")

    def run(world: World, actor: Actor) -> object:
        return call(getattr(import_module(f"comptoir.{module}"), name), world, actor)

    return path, (verb, run)


VERBS: dict[str, tuple[NetworkVerb, Call]] = dict(
    [
        of("networks.operations.networks.change_network", NetworkVerb.CHANGE_NETWORK,
           lambda f, w, actor: f(network=w.network, change=NetworkChange(name="B"), actor=actor)),
        of("networks.operations.networks.set_logo", NetworkVerb.CHANGE_NETWORK,
           lambda f, w, actor: f(network=w.network, picture=None, actor=actor)),
        of("shops.operations.offices.appointment.appoint_by_mail", NetworkVerb.APPOINT,
           lambda f, w, actor: f(network=w.network, email="b@example.org",
                                 role=NetworkRole.EDITOR, actor=actor)),
        of("shops.operations.memberships.invite_shop", NetworkVerb.TAKE_MEMBERS,
           lambda f, w, actor: f(network=w.network, shop=w.other, actor=actor)),
        of("shops.operations.doors.shut_doors", NetworkVerb.CLOSE_DOORS,
           lambda f, w, actor: f(of=w.network, request=CLOSED, actor=actor, now=timezone.now())),
        of("releases.operations.announce.announce", NetworkVerb.SET_RELEASES,
           lambda f, w, actor: f(of=w.network, request=release_request(make_product()),
                                 actor=actor, now=timezone.now())),
        of("draws.operations.start.open_draw", NetworkVerb.SET_RELEASES,
           lambda f, w, actor: f(of=w.network, request=draw_request(make_product()),
                                 actor=actor, now=timezone.now())),
        of("networks.operations.people.appoint", NetworkVerb.APPOINT,
           lambda f, w, actor: f(network=w.network, email="a@example.org",
                                 role=NetworkRole.EDITOR, actor=actor)),
        of("networks.operations.people.release", NetworkVerb.APPOINT,
           lambda f, w, actor: f(network=w.network, user_id=w.editor_id, actor=actor)),
        of("oversight.audit.audit_of_network", NetworkVerb.READ_AUDIT,
           lambda f, w, actor: f(w.network, actor=actor)),
        of("oversight.operations.ask_to_mend", NetworkVerb.KEEP_DIRECTORY,
           lambda f, w, actor: f(network=w.network, shop=w.order.shop, asked=ASKED, actor=actor)),
        of("oversight.operations.export_audit", NetworkVerb.READ_AUDIT,
           lambda f, w, actor: f(question=Question(), network=w.network, actor=actor)),
        of("oversight.operations.look_at_order", NetworkVerb.SEE_READERS,
           lambda f, w, actor: f(network=w.network, shop=w.order.shop, code=w.order.code,
                                 reason="Une question de la lectrice", actor=actor)),
        of("oversight.quality.faults_of", NetworkVerb.READ_OFFICE,
           lambda f, w, actor: f(w.network, w.order.shop, actor=actor, now=timezone.now())),
        of("oversight.quality.quality_of", NetworkVerb.READ_OFFICE,
           lambda f, w, actor: f(w.network, actor=actor, now=timezone.now())),
    ]
)  # fmt: skip

ELSEWHERE = {
    "draws.operations.steps.scoped": "of a shop or a network: `tests/verbs/releases.py`",
    **{
        f"networks.operations.pages.{name}": "`tests/networks/pages`"
        for name in (
            *("publications.write_publication", "publications.restore_version"),
            *("publications.withdraw_publication", "publications.delete_draft"),
            *("publications.move_page", "pictures.add_picture", "pictures.remove_picture"),
            *("banners.raise_banner", "banners.end_banner"),
        )
    },
    "shops.operations.circulars.send_circular": "`tests/shops/circulars`",
    "shops.operations.circulars.remind_of_circular": "`tests/shops/circulars`",
    "shops.circulars.reads.sent_circulars": "`tests/shops/circulars`",
    "archives.operations.drafts.send": "`tests/office/test_directory.py`",
    "archives.operations.drafts.look": "`tests/office/test_directory.py`",
    "archives.operations.drafts.apply": "`tests/office/test_directory.py`",
    "archives.operations.drafts.forget": "`tests/office/test_directory.py`",
    "shops.operations.imports.import_shops": "`tests/office/test_directory.py`",
    "shops.operations.memberships.leave_network": "of two sides: `tests/joining/test_members.py`",
    "shops.operations.memberships.decline_offer": "of two sides: `tests/joining/test_members.py`",
    "shops.operations.offices.factors.reset_factor": "`tests/joining/test_factor.py`",
    "shops.operations.requests.answers.open_request": "`tests/joining`",
    "shops.operations.requests.answers.decline_request": "`tests/joining`",
    "shops.operations.doors.unbar_doors": "of a shop or a network: `tests/verbs/orders.py`",
}
"""What asks the guard and is refused in ways of its own, and where that is tried."""
