"""What may be done to a shop of the directory, and by whom.

Every verb fetches the shop through its actor's scope (`scope.in_scope`): another's shop is not
there at all (`NotFound`). Staff and API tokens may close their shop for some days; only a manager
of it, or the system (the command line), changes its settings, its people and its tokens
(`Forbidden`). None of these verbs announces anything; an invitation is a mail.
"""

from comptoir.shops.operations.closures import add_closure, remove_closure
from comptoir.shops.operations.directory import SAME_SHOP, Answers
from comptoir.shops.operations.doors import DoorsRequest, write_week
from comptoir.shops.operations.hosts import set_host
from comptoir.shops.operations.imports import ImportChoices, checked, import_shops
from comptoir.shops.operations.inventory import close_inventory, open_inventory
from comptoir.shops.operations.invitations import (
    accept_invitation,
    invite_staff,
    send_invitation_again,
    withdraw_invitation,
)
from comptoir.shops.operations.memberships import (
    ask_network,
    decline_offer,
    invite_shop,
    join_network,
    leave_network,
)
from comptoir.shops.operations.notes import ImportSummary, Note
from comptoir.shops.operations.people import (
    change_role,
    dismiss_staff,
    employ_staff,
    write_name,
)
from comptoir.shops.operations.placement import Placement, place_shops
from comptoir.shops.operations.programs import issue_token, revoke_token
from comptoir.shops.operations.registration import Registered, check_registry, take_siret
from comptoir.shops.operations.settings import SettingsChange, update_settings
from comptoir.shops.operations.slugs import rename_shop

__all__ = [
    "SAME_SHOP",
    "Answers",
    "DoorsRequest",
    "ImportChoices",
    "ImportSummary",
    "Note",
    "Placement",
    "Registered",
    "SettingsChange",
    "accept_invitation",
    "add_closure",
    "ask_network",
    "change_role",
    "check_registry",
    "checked",
    "close_inventory",
    "decline_offer",
    "dismiss_staff",
    "employ_staff",
    "import_shops",
    "invite_shop",
    "invite_staff",
    "issue_token",
    "join_network",
    "leave_network",
    "open_inventory",
    "place_shops",
    "remove_closure",
    "rename_shop",
    "revoke_token",
    "send_invitation_again",
    "set_host",
    "take_siret",
    "update_settings",
    "withdraw_invitation",
    "write_name",
    "write_week",
]
