"""What the page of the test provider does: as a bank would, with its notices late, twice, mixed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from comptoir.core.errors import invalid
from comptoir.payments.errors import NoWayToPay, no_such_payment
from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Session
from comptoir.payments.operations.notices import take_notice
from comptoir.payments.operations.sessions import look
from comptoir.payments.providers import provider_of
from comptoir.payments.providers.trial import Trial, act, allowed

_TOLD = {
    "paid": ("session.completed",),
    "refuses": ("session.completed",),
    "pending": ("session.completed", "session.async_payment_succeeded"),
    "failed": ("session.async_payment_failed",),
}
LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TrialWish:
    """What somebody wants the test bank to do: `how` (`providers.trial.act`), its notices `twice`,
    the last first (`mixed`), and so long `late`; `pending` money comes after as long."""

    how: str = "paid"
    twice: bool = False
    mixed: bool = False
    late: timedelta = timedelta(0)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "TrialWish":
        """Read what a form says. Raises `Invalid` (`bad_how`, `bad_late`)."""
        how = form.get("how", "")
        if how not in _TOLD:
            raise invalid("how", _("Choose one of the buttons."))
        late = form.get("late", "0")
        if not late.isdecimal() or len(late) > 4 or timedelta(seconds=int(late)) > LONGEST:
            raise invalid("late", _("Notices come up to 3600 seconds late."))
        return cls(how, "twice" in form, "mixed" in form, timedelta(seconds=int(late)))


def trial_session(key: str) -> Session:
    """Return a session at the test provider by its secret word. Raises `NotFound`, also where this
    installation is no trial."""
    known = Session.objects.select_related("account", "order__shop")
    found = known.filter(token=key, account__provider=ProviderName.TRIAL).first()
    if found is None or not allowed():
        raise no_such_payment()
    return found


def play(*, key: str, wish: TrialWish, now: datetime) -> None:
    """Have the test bank do something, and tell of it as it was wished.

    Guard: whoever knows the session's secret word, on an installation that is a trial. Writes: the
    session at the test bank, notices, what settling them does. Raises `NotFound`.
    """
    session = trial_session(key)
    if not act(key, how=wish.how, now=now, delay=wish.late):
        return
    kinds = list(_TOLD[wish.how])
    if wish.mixed:
        kinds.reverse()
    for kind in kinds * (2 if wish.twice else 1):
        if wish.late:
            job = app.configure_task(
                "comptoir.payments.tell_trial",
                schedule_in={"seconds": int(wish.late.total_seconds())},
            )
            job.defer(key=key, kind=kind)
        else:
            tell_of(key=key, kind=kind, now=now)
    if not wish.late:
        look(session, now)


def tell_of(*, key: str, kind: str, now: datetime) -> None:
    """Have the test bank tell of a session, signed, by the way that every notice takes."""
    session = trial_session(key)
    provider = provider_of(session.account)
    if not isinstance(provider, Trial):
        raise NoWayToPay
    headers, body = provider.notice(key, kind, now)
    take_notice(
        provider=ProviderName.TRIAL,
        token=session.account.token,
        headers=headers,
        body=body,
        now=now,
    )
