"""Between shops: what colleagues ask for, what is on its way, whom one sent to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from comptoir.accounts.names import with_names
from comptoir.core.errors import Message
from comptoir.counter.scan import read_quantity
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.exchanges import operations
from comptoir.exchanges.errors import no_such_transfer
from comptoir.exchanges.lifecycle import allowed
from comptoir.exchanges.models import Refusal, Transfer, TransferStatus, TransferStep
from comptoir.exchanges.operations import Wanted
from comptoir.exchanges.reads import offer_at_colleague, passed_on, transfers_of

S = TransferStatus
DONE: dict[str, Message] = {
    "accept": gettext_lazy("Set aside for %(shop)s: tap “Sent” when it leaves."),
    "refuse": gettext_lazy("Refused: %(shop)s is told."),
    "send": gettext_lazy("On its way to %(shop)s: it is out of your stock."),
    "arrive": gettext_lazy("Arrived: it is in your stock."),
    "lose": gettext_lazy("Noted as lost."),
    "withdraw": gettext_lazy("Taken back: %(shop)s is told."),
}
"""What is said of a verb that was done, by the word of its address."""


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer as a shop sees it: the other shop, its history, and what this shop may do."""

    transfer: Transfer
    other: str
    is_asker: bool
    steps: list[tuple[TransferStep, str]]
    verbs: frozenset[str]


@require_GET
@at_the_desk
def between(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is between the shop and its colleagues: what waits for it first."""
    lines = _lines(desk, transfers_of(shop=desk.shop, actor=desk.actor))
    open_ones = [line for line in lines if line.transfer.ended_at is None]
    return page(
        request,
        desk,
        "exchanges",
        theirs=[line for line in open_ones if not line.is_asker],
        ours=[line for line in open_ones if line.is_asker],
        ended=[line for line in lines if line.transfer.ended_at is not None],
        passed=passed_on(shop=desk.shop, actor=desk.actor),
        refusals=Refusal.choices,
    )


@require_POST
@at_the_desk
def asked(request: HttpRequest, desk: Desk, theirs_id: int) -> HttpResponse:
    """Ask a colleague for copies of what they have. Leads to what is between shops."""
    offer = offer_at_colleague(shop=desk.shop, offer_id=theirs_id, actor=desk.actor)
    order = request.POST.get("order", "")

    def ask() -> Transfer:
        wanted = Wanted(
            product_id=offer.product_id,
            condition=offer.condition,
            quantity=read_quantity(request.POST.get("quantity", "1"), least=1),
            order_id=int(order) if order.isdecimal() and len(order) < 19 else None,
        )
        return operations.ask(
            shop=desk.shop, giver_id=offer.shop_id, wanted=wanted, actor=desk.actor
        )

    if attempt(request, ask) is None:
        return redirect("counter:product", desk.shop.slug, offer.product.ref)
    told = _("Asked: %(shop)s sees it at its counter. Its answer appears here.")
    messages.success(request, told % {"shop": offer.shop.name})
    return redirect("counter:exchanges", desk.shop.slug)


@require_POST
@at_the_desk
def moved(request: HttpRequest, desk: Desk, transfer_id: int, verb: str) -> HttpResponse:
    """Do one thing to a transfer of the shop: the word of the address is the verb. Leads back."""
    _check_is_here(desk, transfer_id)
    said = {"why": request.POST.get("why", "")} if verb == "refuse" else {}
    act = partial(getattr(operations, verb), transfer_id=transfer_id, actor=desk.actor, **said)
    done: Transfer | None = attempt(request, act)
    if done is not None:
        other = done.giving_shop if done.asker_id == desk.shop.pk else done.asking_shop
        messages.success(request, str(DONE[verb]) % {"shop": other})
    return redirect("counter:exchanges", desk.shop.slug)


def _check_is_here(desk: Desk, transfer_id: int) -> None:
    """Raise `NotFound` for what is between other shops, of which this person may work in one."""
    mine = Transfer.objects.visible_to(desk.actor).of(desk.shop)
    if not mine.filter(pk=transfer_id).exists():
        raise no_such_transfer()


def _lines(desk: Desk, transfers: Iterable[Transfer]) -> list[Line]:
    """Return transfers as the shop sees them. Two queries for the names of its own people; what
    those of the other shop did is the shop's."""
    transfers = list(transfers)
    steps = [step for transfer in transfers for step in transfer.steps.all()]
    mine = set(desk.shop.staff.values_list("user_id", flat=True))
    named = {step.pk: name for step, name in with_names(steps) if step.actor_id in mine}
    return [_line(desk, transfer, named) for transfer in transfers]


def _line(desk: Desk, transfer: Transfer, named: dict[int, str]) -> Line:
    is_asker = transfer.asker_id == desk.shop.pk
    other = transfer.giving_shop if is_asker else transfer.asking_shop
    moves = allowed(transfer.status)
    may = {
        "accept": S.ACCEPTED in moves and not is_asker,
        "refuse": S.REFUSED in moves and not is_asker,
        "send": S.SENT in moves and not is_asker,
        "withdraw": S.WITHDRAWN in moves and is_asker,
        "arrive": S.ARRIVED in moves and is_asker,
        "lose": S.LOST in moves,
    }
    steps = [
        (step, named.get(step.pk) or (_("Comptoir") if step.actor_kind == "system" else other))
        for step in transfer.steps.all()
    ]
    verbs = frozenset(verb for verb, allowed_now in may.items() if allowed_now)
    return Line(transfer, other, is_asker, steps, verbs)
