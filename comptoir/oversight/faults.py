"""What may be wrong with a shop in the network, the gravest first, and what to do about each."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message


class Fault(TextChoices):
    """One thing that is wrong with a shop. The order is that of the list."""

    CLOSED = "closed", _("closed, says the company registry")
    UNANSWERED = "unanswered", _("leaves reservations without an answer")
    UNUSED = "unused", _("nobody uses its counter")
    NOT_COME = "not_come", _("an invitation was not taken up")
    BOUNCED = "bounced", _("mail comes back")
    NO_TERMS = "no_terms", _("posts, and has published no conditions")
    SILENT = "silent", _("its till is silent")
    NOT_FOUND = "not_found", _("many copies are not found")
    NO_HOURS = "no_hours", _("no opening hours")
    NO_TILL = "no_till", _("never sent a till’s file")
    DOUBTFUL_HOURS = "doubtful_hours", _("opening hours are in doubt")
    NO_PLACE = "no_place", _("its place is its town’s")
    NO_PHOTO = "no_photo", _("no photo")
    NO_SERVICES = "no_services", _("no services")


ADVICE: Mapping[Fault, Message] = {
    Fault.CLOSED: _("Call it. If it has closed, have it leave the directory."),
    Fault.UNANSWERED: _("Call it: readers wait. It may close its reservations for a while."),
    Fault.UNUSED: _("Invite its owner again, or ask for another address."),
    Fault.NOT_COME: _("Ask whom to invite: the mail may be lost, or the address wrong."),
    Fault.BOUNCED: _("Call it and ask for an address that takes mail."),
    Fault.NO_TERMS: _("Ask it to publish its conditions: the law wants them before an order."),
    Fault.SILENT: _("Ask it to send its till’s file: what is on its shelf grows doubtful."),
    Fault.NOT_FOUND: _("Ask it to count the shelf, or to keep a copy of each title back."),
    Fault.NO_HOURS: _("Ask for its hours: nobody finds it open, and deadlines are guessed."),
    Fault.NO_TILL: _("Help it with its till: readers find nothing of its stock."),
    Fault.DOUBTFUL_HOURS: _("Ask it to look at its hours: they do not say what it means."),
    Fault.NO_PLACE: _("Ask for its street and number, so that the map shows it where it is."),
    Fault.NO_PHOTO: _("Ask for a photo of its front."),
    Fault.NO_SERVICES: _("Ask what it offers besides its shelves."),
}
"""What a coordinator does about each."""

ASKS: Mapping[Fault, Message] = {
    Fault.CLOSED: _(
        "The company registry says that your shop has closed. If that is wrong, answer this mail "
        "with your SIRET."
    ),
    Fault.UNANSWERED: _(
        "Readers have reserved and had no answer. Open your counter once a day, or hide your stock "
        "for as long as nobody can look."
    ),
    Fault.NOT_COME: _(
        "An invitation to your counter was not taken up. Send it again from your team’s page, or "
        "answer with another address."
    ),
    Fault.UNUSED: _(
        "Nobody in your shop uses its counter yet. Answer this mail with the address to which we "
        "send the invitation."
    ),
    Fault.BOUNCED: _(
        "Mails to the address we have come back. Answer with one that takes mail, or change it on "
        "your page."
    ),
    Fault.NO_TERMS: _(
        "Your shop posts, and its conditions of sale are not published, or lack what law asks for."
        " Fill them in at your counter, under “Conditions”: it takes ten minutes."
    ),
    Fault.SILENT: _(
        "Your till has sent nothing for a while. Send its file again: what readers see grows "
        "doubtful, and is hidden in the end."
    ),
    Fault.NOT_FOUND: _(
        "Several copies that readers reserved were not on the shelf. A count of one shelf, with the"
        " telephone, puts it right."
    ),
    Fault.NO_HOURS: _(
        "Your page shows no opening hours. Write them as you would on your door: readers come."
    ),
    Fault.NO_TILL: _(
        "Your till has sent nothing yet, so readers find none of your titles. One file is enough to"
        " begin; we help you."
    ),
    Fault.DOUBTFUL_HOURS: _(
        "Your opening hours may not say what you mean: please look at them on your page."
    ),
    Fault.NO_PLACE: _(
        "The map shows your shop in the middle of its town. Write your street and number on your "
        "page."
    ),
    Fault.NO_PHOTO: _("Your page has no photo. One of your front, by telephone, is enough."),
    Fault.NO_SERVICES: _(
        "Your page names no services: orders, vouchers, gift wrapping… Tick what you offer."
    ),
}
"""What a shop is asked, in the mail."""
