"""What people do: enter a draw, confirm it by the link of a mail, leave it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Faults, Invalid, invalid
from comptoir.core.limits import Limit, count, network_of
from comptoir.draws.errors import EnteredAlready, EntriesClosed, no_such_draw, no_such_entry
from comptoir.draws.fairness import entry_hash
from comptoir.draws.models import Draw, DrawEntry, DrawLot, EntryState, Phase
from comptoir.draws.operations.steps import locked, shared, take_out, tell
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import KnownContact
from comptoir.orders.names import parse_name
from comptoir.orders.operations.attempts import links_to
from comptoir.orders.operations.known_contacts import remember
from comptoir.shops.contacts import receives_mail

HOUR = 3600
SLOWER = _("Many entries came from you in a short time: wait a little.")
LANGUAGES = ("fr", "en")
_IN = (EntryState.IN, EntryState.OFFERED, EntryState.TAKEN, EntryState.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRequest:
    """Who enters which draw, for a copy of which lot. `marked_key` is of whom this browser shows
    that an address is theirs ("" for nobody), `address` the network address that asks."""

    draw_id: int
    lot_id: int
    name: str
    email: str
    language: str = "fr"
    marked_key: str = ""
    address: str = ""


def enter(request: EntryRequest, *, now: datetime) -> DrawEntry:
    """Enter a draw and return the entry; a person is in it once, however often they ask and by
    whichever of their addresses this browser knows. It costs nothing and asks for nothing but a
    name and an address (Code de la sécurité intérieure, article L320-1: a draw is open to all and
    wants no outlay).

    Where the browser shows that the address is of who asks, it counts at once; else a link goes to
    the address, and it counts once that is pressed.

    Guard: none, every reader may. Locks: the draw, shared. Writes: counts, the entry, a mail.
    Raises `Faults` (`bad_name`, `bad_email`, `bad_lot`), `TooMany`, `NotFound` (`no_such_draw`),
    `EntriesClosed`.
    """
    name, email = _checked(request)
    network = network_of(request.address)
    of_address = network.of_address(settings.ORDERS_PER_ADDRESS, settings.ORDERS_PER_RANGE)
    count(Limit("draw_entries", of_address, HOUR, SLOWER), network.address)
    key = contact_key(email)
    marked = request.marked_key
    is_known = bool(marked) and KnownContact.objects.filter(key=marked).exists()
    if not (is_known and marked == key):
        count(*links_to(email))
    with transaction.atomic():
        draw = shared(request.draw_id)
        lot = _open_lot(draw, request.lot_id, now)
        if is_known and marked != key:
            # Who is in it already is in it: another address of theirs is no second entry.
            mine = draw.entries.filter(key=marked, state__in=_IN).first()
            if mine is not None:
                return mine
        language = request.language if request.language in LANGUAGES else LANGUAGES[0]
        entry = _written(lot, key, name=name, email=email, language=language)
        if entry.state == EntryState.ASKED:
            counts = is_known and marked == key
            if counts:
                entry.state = EntryState.IN
                entry.save(update_fields=["state"])
            tell([entry], "draw_entered" if counts else "draw_confirm")
    return entry


def _open_lot(draw: Draw, key: int, now: datetime) -> DrawLot:
    lot = draw.lots.filter(pk=key).first()
    if lot is None:
        raise Faults([invalid("lot", _("Choose where you would take the copy."))])
    if not draw.takes_entries(now):
        raise EntriesClosed
    return lot


def _written(lot: DrawLot, key: str, **person: str) -> DrawEntry:
    """Return the entry of a person in a draw, asked for now unless it is there. Writes: the
    entry."""
    token = secrets.token_urlsafe(16)
    state, digest = EntryState.ASKED, entry_hash(token)
    values = {"lot": lot, "state": state, "token": token, "digest": digest, **person}
    entries = DrawEntry.objects
    return entries.get_or_create(draw_id=lot.draw_id, key=key, defaults=values)[0]


@transaction.atomic
def confirm_entry(*, token: str, marked_key: str = "", now: datetime) -> DrawEntry:
    """Have an entry count, by the link of its mail; a second time changes nothing. From now on the
    address is that of a person (`orders.operations.known_contacts`).

    Guard: the secret `token`, which only the mail holds. Locks: the draw, shared, the entry.
    Writes: the entry, the known contact. Raises `NotFound`, `EntriesClosed`, `EnteredAlready` where
    the person of this browser is in the draw with another address.
    """
    entry = _entry(token)
    draw = shared(entry.draw_id)
    entry = DrawEntry.objects.select_for_update().get(pk=entry.pk)
    if entry.state != EntryState.ASKED:
        return entry
    if not draw.takes_entries(now):
        raise EntriesClosed
    others = draw.entries.filter(key=marked_key, state__in=_IN).exclude(pk=entry.pk)
    if marked_key and others.exists():
        raise EnteredAlready
    entry.state = EntryState.IN
    entry.save(update_fields=["state"])
    remember(entry.key or "", now)
    return entry


@transaction.atomic
def leave(*, token: str, now: datetime) -> None:
    """Leave a draw. Until its list is frozen the entry is deleted with its mails; from then on all
    that says who it is, for its hash is in the list, and is passed over. Who has won and does not
    want the copy gives it to the next, and is erased as well.

    Guard: the secret `token`, which ends with it. Locks: the draw, the entry. Writes: the entry,
    what follows of `steps.offer_next`; deletes its mails. Raises `NotFound`, `EntriesClosed` once
    the copy is taken or the draw is over.
    """
    entry = _entry(token)
    draw = locked(entry.draw_id)
    mine = DrawEntry.objects.select_for_update().filter(pk=entry.pk, token=token).first()
    if mine is None:
        raise no_such_entry()  # pressed twice in one moment
    if mine.state not in (EntryState.OFFERED, EntryState.PASSED) and not may_leave(mine, draw):
        raise EntriesClosed
    take_out(mine, draw, now)


def may_leave(entry: DrawEntry, draw: Draw) -> bool:
    """Whether an entry that was offered no copy may leave its draw."""
    waits = entry.state == EntryState.IN and draw.ended_at is None
    return draw.phase is Phase.OPEN or waits


def _entry(token: str) -> DrawEntry:
    found = DrawEntry.objects.filter(token=token).first() if token else None
    if found is None:
        raise no_such_entry()
    return found


def _checked(request: EntryRequest) -> tuple[str, str]:
    """Return name and address normalised. Raises `Faults`."""
    if request.draw_id < 1:
        raise no_such_draw()
    faults: list[Invalid] = []
    name, email = request.name, request.email.strip().lower()
    try:
        name = parse_name(name)
    except Invalid as fault:
        faults.append(fault)
    if not email:
        faults.append(invalid("email", _("Write your e-mail address.")))
    elif not receives_mail(email):
        faults.append(invalid("email", _("No mail reaches this e-mail address: check it.")))
    if faults:
        raise Faults(faults)
    return name, email
