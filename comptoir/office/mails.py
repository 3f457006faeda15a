"""The mails that have not left, for who runs the installation: why, and a button to send again.

Nothing here tells what a mail says, and of its address only as much as finds the fault.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from comptoir.accounts.models import User
from comptoir.core.errors import Conflict
from comptoir.core.identifiers import read_key
from comptoir.notifications.models import Message
from comptoir.notifications.operations import send_again
from comptoir.notifications.reads import can_be_sent_again, in_trouble, masked, said
from comptoir.office.scope import at_the_installation

SHOWN = 200
NAMES = {
    "withdrawal_link": gettext_lazy("the link to withdraw from an order"),
    "withdrawal_receipt": gettext_lazy("the receipt of a withdrawal"),
    "withdrawal_notice": gettext_lazy("the right to withdraw, told later"),
    "withdrawal_kept": gettext_lazy("that a shop does not take something back"),
    "withdrawal_shop": gettext_lazy("to a shop: what a reader withdraws from"),
    "sign_in_code": gettext_lazy("a code to sign in"),
    "rights_link": gettext_lazy("the link to what is kept of somebody"),
    "orders_found": gettext_lazy("the links to somebody’s orders"),
    "order_confirm": gettext_lazy("the link that confirms a reservation"),
    "order_placed": gettext_lazy("a reservation that is made"),
    "group_confirm": gettext_lazy("the link that confirms reservations in several shops"),
    "group_placed": gettext_lazy("reservations that are made in several shops"),
    "group_cancelled": gettext_lazy("reservations that are cancelled in several shops"),
    "group_posted": gettext_lazy("orders by post in several shops: to be paid"),
    "group_posted_cancelled": gettext_lazy("orders by post that are cancelled in several shops"),
    "order_ready": gettext_lazy("copies that wait at the counter"),
    "order_copy_came": gettext_lazy("copies that have come for a reader"),
    "order_supply_news": gettext_lazy("what a supplier answers of an ordered title"),
    "purchase_order": gettext_lazy("to a supplier: an order"),
    "order_chased": gettext_lazy("a shop that has not answered yet"),
    "order_reminder": gettext_lazy("the reminder before copies go free"),
    "order_deadline_moved": gettext_lazy("a deadline that moved"),
    "order_slot": gettext_lazy("a time at the door that was chosen"),
    "order_doors": gettext_lazy("doors that were closed or opened"),
    "order_not_found": gettext_lazy("a copy that is not on the shelf"),
    "post_placed": gettext_lazy("an order by post: to be paid"),
    "post_paid": gettext_lazy("an order by post that is paid for"),
    "post_prepared": gettext_lazy("an order by post that is set aside"),
    "post_shipped": gettext_lazy("an order by post that is on its way"),
    "post_delivered": gettext_lazy("an order by post that has arrived"),
    "post_not_found": gettext_lazy("of an order by post, a copy that is not on the shelf"),
    "post_cancelled": gettext_lazy("an order by post that is cancelled"),
    "post_expired": gettext_lazy("an order by post that was not paid in time"),
    "parcel_left": gettext_lazy("a parcel that has left"),
    "parcel_number": gettext_lazy("the number of a parcel"),
    "order_cancelled": gettext_lazy("a reservation that is cancelled"),
    "order_moved": gettext_lazy("a shop that has become one with another"),
    "staff_invited": gettext_lazy("an invitation to a shop's team"),
    "office_appointed": gettext_lazy("to somebody who works for a network now"),
    "order_expired": gettext_lazy("a reservation that has ended"),
    "shop_chased": gettext_lazy("to a shop: readers wait for its answer"),
    "shop_new": gettext_lazy("to a shop: new reservations"),
    "shop_day": gettext_lazy("to a shop: what waits today"),
    "payment_refunded": gettext_lazy("money that goes back"),
    "payment_undone": gettext_lazy("money that did not come after all"),
    "payments_differ": gettext_lazy("to a shop: payments to look at"),
    "feed_silent": gettext_lazy("to a shop: its till is silent"),
    "feed_speaks": gettext_lazy("to a shop: its till reports again"),
    "feeds_silent": gettext_lazy("to the network: tills that are silent"),
    "shop_letter": gettext_lazy("to a shop: a letter from its page"),
    "shop_asked": gettext_lazy("to a shop: what its network asks"),
    "draw_confirm": gettext_lazy("the link that confirms an entry in a draw"),
    "draw_entered": gettext_lazy("that one is in a draw"),
    "draw_won": gettext_lazy("that one has won a copy"),
    "draw_lost": gettext_lazy("what came of a draw"),
    "draw_cancelled": gettext_lazy("that a draw is cancelled"),
    "alert_confirm": gettext_lazy("the link that confirms an alert"),
    "alert_back": gettext_lazy("a title that is back"),
    "circular": gettext_lazy("to a shop: a message of its network"),
    "join_confirm": gettext_lazy("the link that confirms a request to join"),
    "join_known": gettext_lazy("to a shop: whether it is it who asks to join"),
    "join_waiting": gettext_lazy("to a coordinator: a shop asks to join"),
    "join_declined": gettext_lazy("a request to join that is declined"),
    "membership_offered": gettext_lazy("to a shop: a network invites it"),
    "factor_reset": gettext_lazy("a second factor that was taken away"),
    "transfer_news": gettext_lazy("to a shop: what a colleague asks, or has sent"),
    "webhook_disabled": gettext_lazy("to a shop: a webhook that is off"),
}
"""What each mail is, by its template."""


@dataclass(frozen=True, slots=True)
class Row:
    """One mail that has not left; `said` is what the mail server answered."""

    mail: Message
    name: str
    to: str
    said: str
    may_again: bool


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_installation
def mails(request: HttpRequest, _operator: User) -> HttpResponse:
    """List the mails that have not left; a tap sends one of them again, or all that failed."""
    if request.method == "POST":
        _again(request)
        return redirect("office:mails")
    rows = [
        Row(
            mail,
            str(NAMES.get(mail.template, mail.template)),
            masked(mail.to),
            said(mail),
            can_be_sent_again(mail),
        )
        for mail in in_trouble()[:SHOWN]
    ]
    several = sum(row.may_again for row in rows) > 1
    return render(request, "office/mails.html", {"rows": rows, "several": several})


def _again(request: HttpRequest) -> None:
    key = read_key(request.POST.get("mail", ""))
    wanted = None if "all" in request.POST else [key or 0]
    try:
        count = send_again(message_ids=wanted)
    except Conflict as refusal:
        messages.warning(request, str(refusal))
        return
    told = ngettext("%(n)s mail is sent again.", "%(n)s mails are sent again.", count)
    messages.success(request, told % {"n": count})
