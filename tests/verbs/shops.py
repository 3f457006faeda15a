"""What each verb of shops asks of its actor."""

from datetime import UTC, datetime

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.models import StaffRole
from comptoir.shops.operations import SettingsChange, add_closure
from comptoir.shops.operations.scope import Verb
from comptoir.shops.page.links import LinkSaid
from tests.factories import make_network, make_staff
from tests.shops.page.kept import photo_of
from tests.verbs.rows import of, on_shop
from tests.verbs.world import CLOSED, DAY, invited, shown, shut, told

VERBS = dict(
    [
        of("shops.page.history.history_of", Verb.READ_HISTORY, on_shop()),
        of("shops.operations.page.links.set_links", Verb.CHANGE_SHOP,
           on_shop(links=[LinkSaid("instagram.com/a")])),
        of("shops.operations.page.photos.add_photo", Verb.CHANGE_SHOP,
           on_shop(photo=photo_of("a"), alt="La vitrine")),
        of("shops.operations.page.photos.describe_photo", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, digest=shown(w.shop), alt="Autre", actor=actor)),
        of("shops.operations.page.photos.move_photo", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, digest=shown(w.shop), by=1, actor=actor)),
        of("shops.operations.page.photos.remove_photo", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, digest=shown(w.shop), actor=actor)),
        of("shops.operations.page.photos.erase_photo", Verb.CHANGE_SHOP,
           on_shop(digest="0" * 32)),
        of("shops.operations.registration.take_siret", Verb.RUN_INSTALLATION,
           on_shop(siret="73282932000074")),
        of("shops.operations.slugs.rename_shop", Verb.RUN_INSTALLATION, on_shop(name="B")),
        of("shops.operations.closures.add_closure", Verb.CLOSE_SHOP,
           on_shop(first_day=DAY, last_day=DAY, reason="")),
        of("shops.operations.closures.remove_closure", Verb.CLOSE_SHOP,
           lambda f, w, actor: f(
               shop=w.shop, actor=actor, closure_id=add_closure(
                   shop=w.shop, first_day=DAY, last_day=DAY, reason="", actor=SYSTEM).pk)),
        of("shops.operations.doors.shut_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(of=w.shop, request=CLOSED, actor=actor, now=timezone.now())),
        of("shops.operations.doors.unbar_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(doors=shut(w), actor=actor, now=timezone.now())),
        of("shops.operations.doors.write_week", Verb.CLOSE_DOORS, on_shop(spans=[])),
        of("shops.operations.people.employ_staff", Verb.EMPLOY,
           on_shop(email="new@example.org", role=StaffRole.STAFF)),
        of("shops.operations.people.change_role", Verb.EMPLOY,
           lambda f, w, actor: f(
               shop=w.shop, user_id=make_staff(w.shop).pk, role=StaffRole.MANAGER, actor=actor)),
        of("shops.operations.invitations.invite_staff", Verb.EMPLOY,
           on_shop(email="new@example.org")),
        of("shops.operations.invitations.send_invitation_again", Verb.EMPLOY,
           lambda f, w, actor: f(shop=w.shop, invitation_id=invited(w.shop), actor=actor)),
        of("shops.operations.invitations.withdraw_invitation", Verb.EMPLOY,
           lambda f, w, actor: f(shop=w.shop, invitation_id=invited(w.shop), actor=actor)),
        of("shops.operations.people.dismiss_staff", Verb.EMPLOY,
           lambda f, w, actor: f(shop=w.shop, user_id=make_staff(w.shop).pk, actor=actor)),
        of("shops.circulars.reads.circulars_of", Verb.READ_COUNTER, on_shop()),
        of("shops.operations.circulars.read_circular", Verb.READ_COUNTER,
           lambda f, w, actor: f(
               shop=w.shop, copy_id=told(w.shop), actor=actor, now=timezone.now())),
        of("shops.operations.circulars.take_circulars_by_mail", Verb.CHANGE_SHOP,
           on_shop(by_mail=False, now=datetime(2027, 1, 4, tzinfo=UTC))),
        of("shops.operations.inventory.open_inventory", Verb.CHANGE_SHOP, on_shop()),
        of("shops.operations.inventory.close_inventory", Verb.CHANGE_SHOP, on_shop()),
        of("shops.operations.memberships.join_network", Verb.RUN_INSTALLATION,
           lambda f, w, actor: f(shop=w.shop, network=make_network(), actor=actor)),
        of("shops.operations.hosts.set_host", Verb.RUN_INSTALLATION,
           lambda f, w, actor: f(shop=w.shop, host="", actor=actor)),
        of("shops.operations.memberships.ask_network", Verb.JOIN_NETWORK,
           lambda f, w, actor: f(shop=w.shop, network=make_network(), actor=actor)),
        of("shops.operations.programs.issue_token", Verb.EMPLOY, on_shop(label="B")),
        of("shops.operations.programs.revoke_token", Verb.EMPLOY,
           lambda f, w, actor: f(
               shop=w.shop, token_id=w.shop.tokens.first().token_id, actor=actor)),
        of("shops.operations.settings.update_settings", Verb.CHANGE_SHOP,
           on_shop(change=SettingsChange(safety_stock=1))),
    ]
)  # fmt: skip
