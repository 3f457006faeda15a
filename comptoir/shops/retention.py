"""What `shops` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "shops.Staff",
            ("user", "role", "since"),
            _("who works in a shop, and as what"),
            _("so that they can use its counter"),
            _("until they leave it"),
        ),
        Kept(
            "shops.Invitation",
            ("email", "name", "nonce", "actor_kind", "actor_id"),
            _("address and name of somebody invited to work in a shop, and who invited them"),
            _("so that the mail can be sent, and sent again"),
            _("until it is taken up or withdrawn, else COMPTOIR_ERASE_AFTER_DAYS after it ended"),
        ),
        Kept(
            "shops.JoinRequest",
            (
                *("asker_name", "asker_email", "asker_phone", "message", "language", "entry"),
                *("nonce", "reason", "actor_kind", "actor_id"),
            ),
            _("who asks to join with a shop, how they are reached, and what they say of the shop"),
            _("so that the network can check it, and answer"),
            _("60 days without an answer, else COMPTOIR_ERASE_AFTER_DAYS after it"),
        ),
        Kept(
            "shops.MembershipOffer",
            ("actor_kind", "actor_id"),
            _("which account offered that a shop joins a network"),
            _("so that the other side knows who did"),
            _("until it is accepted, declined or taken back"),
        ),
        Kept(
            "shops.FieldOrigin",
            ("actor_kind", "actor_id"),
            _("which account wrote a field of a shop"),
            _("so that shop and network can ask each other"),
            _("until the field is written again, or the account is deleted"),
        ),
        Kept(
            "shops.ShopAct",
            ("actor_kind", "actor_id"),
            _("which account changed what is written of a shop, and when"),
            _("so that shop and network see who did what, and can undo it"),
            _("two years; no account is named any more once the shop has left"),
        ),
        Kept(
            "shops.FieldChange",
            ("before", "after"),
            _("what stood in the fields of a shop before it was changed, and after"),
            _("so that a change can be undone"),
            _("two years"),
        ),
        Kept(
            "shops.PhotoFile",
            ("large", "medium", "small", "square"),
            _("photos of a shop, perhaps of people"),
            _("so that readers see the shop"),
            _("until a week after its page shows them no more, or at once where the shop says so"),
        ),
        Kept(
            "shops.ShopPhoto",
            ("alt", "credit"),
            _("what one sees on a photo of a shop, and who took it"),
            _("so that readers who do not see it are told, and who took it is named"),
            _("as long as its page shows it; what it said before, two years"),
        ),
        Kept(
            "shops.Membership",
            ("actor_kind", "actor_id"),
            _("which account took a shop into a network"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "shops.Doors",
            ("actor_kind", "actor_id"),
            _("which account closed the doors of a shop or of a network"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "shops.Shop",
            ("name", "street", "phone", "email"),
            _("name, street, telephone and address of a shop, perhaps of the person who runs it"),
            _("so that readers find it"),
            _("as long as the shop is in the directory"),
        ),
    ),
    impersonal={
        "shops.Shop.latitude": "the door of a shop is no secret",
        "shops.Shop.longitude": "the door of a shop is no secret",
        "shops.FieldOrigin.offered": "what a directory says of a shop",
        "shops.Doors.text": "what a shop or a network tells everybody",
        "shops.ShopToken.token": "a program",
    },
)
