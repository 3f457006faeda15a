"""What `orders` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "orders.Order",
            ("name", "email", "phone", "token", "code"),
            _("name, e-mail address and telephone number of who reserved"),
            _("so that the shop sets the copy aside and tells them"),
            _(
                "COMPTOIR_ERASE_AFTER_DAYS after the order has ended; where it was posted,"
                " COMPTOIR_ERASE_POSTED_AFTER_DAYS"
            ),
        ),
        Kept(
            "orders.Order",
            ("email_key", "phone_key"),
            _("keyed hashes of the e-mail address and the number"),
            _("so that one person’s orders are counted"),
            _("COMPTOIR_ERASE_AFTER_DAYS after the order has ended"),
        ),
        Kept(
            "orders.Order",
            ("address_key", "range_key"),
            _("keyed hashes of the place in the network from which it came"),
            _("so that nobody holds a shop’s copies by inventing readers"),
            _("until the order is confirmed or has ended"),
        ),
        Kept(
            "orders.Order",
            ("passed_by",),
            _("which shop sent the customer over, if one did"),
            _("so that it knows what became of it; it sees the name while the order is open"),
            _("without the person, once the order is erased"),
        ),
        Kept(
            "orders.Order",
            ("idempotency_key", "request_digest"),
            _("by what a program places an order once"),
            _("so that a repeated request is not a second order"),
            _("COMPTOIR_ERASE_AFTER_DAYS after the order has ended"),
        ),
        Kept(
            "orders.PostalAddress",
            ("name", "street", "extra", "postcode", "city"),
            _("the address to which an order is posted"),
            _("so that the parcel arrives, and is found again where it does not"),
            _("COMPTOIR_ERASE_POSTED_AFTER_DAYS after the order has ended; the country stays"),
        ),
        Kept(
            "orders.Portion",
            ("actor_kind", "actor_id"),
            _("which account posted copies, or took them back"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "orders.OrderGroup",
            ("token", "idempotency_key", "request_digest"),
            _("that several orders were one act, by its secret address and its key"),
            _("so that one link confirms them all, and a repeated request is not a second act"),
            _("until the last of its orders is erased"),
        ),
        Kept(
            "orders.OrderEvent",
            ("actor_kind", "actor_id", "data"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "orders.KnownContact",
            ("key",),
            _("that an e-mail address was confirmed, as a keyed hash"),
            _("so that its person need not confirm each reservation"),
            _("thirteen months after their last reservation"),
        ),
        Kept(
            "orders.ShopAlert",
            ("people",),
            _("which of its staff a shop writes to"),
            _("so that they hear of new reservations"),
            _("until they leave the shop, or it says otherwise"),
        ),
    ),
    impersonal={
        "orders.OrderLine.note": "the state of a used copy",
    },
)
