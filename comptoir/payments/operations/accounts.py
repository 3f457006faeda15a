"""A shop's accounts at providers: entered, tried, closed. Secrets go in and never come out."""

import re
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, invalid
from comptoir.payments.errors import no_such_account
from comptoir.payments.kinds import Late, ProviderName
from comptoir.payments.models import Account, Notice, Reconciliation
from comptoir.payments.providers import ONLINE, provider_of
from comptoir.payments.vault import reseal, seal
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

MOST_DAYS = 30
_STRIPE_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]{8,250}")
_STRIPE_SIGNING = re.compile(r"whsec_[A-Za-z0-9+/=_-]{8,250}")
_MOLLIE_KEY = re.compile(r"(test|live)_[A-Za-z0-9]{20,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSaid:
    """An account as its owner writes it. `secrets`: of Stripe `key` and `signing`, of Mollie `key`,
    of a bank transfer `iban`, `bic` (may be empty) and `holder`; none are those written before.
    `slow`, `days`: see `Account`."""

    provider: ProviderName
    late: Late = Late.HONOUR
    days: int = 7
    slow: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@transaction.atomic
def write_account(*, shop: Shop, said: AccountSaid, actor: Actor) -> Account:
    """Enter a shop's account at a provider, or change it. New secrets are a new account: the one
    before is closed, and pays back what was paid by it.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the account, a line of the audit (no secret).
    Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`), `Invalid` (`bad_key`, `bad_signing`,
    `bad_iban`, `bad_bic`, `bad_holder`, `bad_days`, `bad_provider`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    if said.provider == ProviderName.TRIAL:
        raise invalid("provider", _("The test provider is there by itself, or not at all."))
    if not 1 <= said.days <= MOST_DAYS:
        told = _("Copies are kept for slow money for 1 to 30 days.")
        raise invalid("days", told)
    account = shop.payment_accounts.open().filter(provider=said.provider).first()
    given = {name: value.strip() for name, value in said.secrets.items() if value.strip()}
    if account is None or given:
        label, live, kept = _checked(said.provider, given)
        _close(shop, said.provider)
        account = _made(shop, said.provider, kept, actor, label=label, live=live)
    account.late, account.days, account.slow = said.late, said.days, said.slow
    account.save(update_fields=["late", "days", "slow"])
    facts: dict[str, object] = {"provider": said.provider, "label": account.label}
    facts |= {"late": said.late, "slow": said.slow, "days": said.days}
    note(actor, "payment_account_written", subject=account, shop_id=shop.pk, facts=facts)
    return account


@transaction.atomic
def close_account(*, shop: Shop, account_id: int, actor: Actor) -> Account:
    """Take no more money by an account; what was paid by it may still be paid back.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the account, a line of the audit. Raises
    `NotFound` (also `no_such_account`), `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    account = _account(shop, account_id)
    _close(shop, ProviderName(account.provider))
    facts = {"provider": account.provider, "label": account.label}
    note(actor, "payment_account_closed", subject=account, shop_id=shop.pk, facts=facts)
    return account


def try_account(*, shop: Shop, account_id: int, actor: Actor, now: datetime) -> str:
    """Ask the provider something that changes nothing, and return what the account calls itself.

    Guard: `CHANGE_SHOP`. Network, outside any transaction. Writes: when it was good. Raises as the
    guard, `no_such_account`, `NoKey`, `Silent`, `Refused`, `Conflict` (`no_test_call`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP)
    account = _account(shop, account_id)
    if account.provider not in ONLINE:
        raise Conflict("no_test_call", _("A bank account cannot be tried from here."))
    name = provider_of(account).check()
    Account.objects.filter(pk=account.pk).update(checked_at=now)
    return name


def trial_account(shop: Shop) -> Account:
    """Return the account at the test provider that a shop without any other has, made when it is
    first needed. A step of a verb that has locked something of the shop; it asks for no guard.
    """
    found = shop.payment_accounts.open().filter(provider=ProviderName.TRIAL).first()
    if found is not None:
        return found
    signing = {"signing": random.token_urlsafe(24)}
    made = _made(shop, ProviderName.TRIAL, signing, SYSTEM, label="", live=False)
    # Its page plays a debit too.
    made.slow = True
    made.save(update_fields=["slow"])
    return made


def forget_accounts(shop: Shop) -> None:
    """Forget what a locked shop that is erased was paid by: secrets, and what providers told. An
    account by which something was paid stays, without a name, as the captures do. A step."""
    Notice.objects.filter(account__shop=shop).delete()
    Reconciliation.objects.filter(account__shop=shop).delete()
    used = Q(sessions__isnull=False) | Q(transfers__isnull=False) | Q(captures__isnull=False)
    mine = Account.objects.filter(shop=shop)
    mine.exclude(pk__in=mine.filter(used).values("pk")).delete()
    mine.update(secrets="", label="", closed_at=Coalesce("closed_at", Now()))


@transaction.atomic
def rotate_keys() -> int:
    """Encrypt the secrets of all accounts by the first key of the setting; return how many.

    Guard: whoever reaches the command line. Locks and writes: the accounts. Raises `NoKey`, and
    changes nothing then.
    """
    accounts = list(Account.objects.select_for_update().exclude(secrets="").order_by("pk"))
    for account in accounts:
        account.secrets = reseal(account.secrets)
        account.save(update_fields=["secrets"])
    return len(accounts)


def _account(shop: Shop, key: int) -> Account:
    found = shop.payment_accounts.open().filter(pk=key).first()
    if found is None:
        raise no_such_account()
    return found


def _close(shop: Shop, provider: ProviderName) -> None:
    shop.payment_accounts.open().filter(provider=provider).update(closed_at=Now())


def _made(
    shop: Shop,
    provider: ProviderName,
    kept: Mapping[str, str],
    actor: Actor,
    *,
    label: str,
    live: bool,
) -> Account:
    token = random.token_urlsafe(32)
    return Account.objects.create(
        shop=shop,
        provider=provider,
        token=token,
        secrets=seal(kept, of=token),
        label=label,
        live=live,
        **acted_by(actor),
    )


def _checked(provider: ProviderName, given: Mapping[str, str]) -> tuple[str, bool, dict[str, str]]:
    """Return what may be shown of secrets, whether they move real money, and what is kept of them.

    Raises `Invalid`.
    """
    if provider == ProviderName.TRANSFER:
        return _bank(given)
    key = given.get("key", "")
    if provider == ProviderName.STRIPE:
        if not _STRIPE_KEY.fullmatch(key):
            told = _(
                "Copy the secret key from Stripe: it begins with sk_live_, rk_live_ or …_test_."
            )
            raise invalid("key", told)
        if not _STRIPE_SIGNING.fullmatch(given.get("signing", "")):
            told = _("Copy the signing secret of the endpoint from Stripe: it begins with whsec_.")
            raise invalid("signing", told)
        kept = {"key": key, "signing": given["signing"]}
        return f"…{key[-4:]}", "_live_" in key[:8], kept
    if not _MOLLIE_KEY.fullmatch(key):
        raise invalid("key", _("Copy the API key from Mollie: it begins with live_ or test_."))
    return f"…{key[-4:]}", key.startswith("live_"), {"key": key}


def _bank(given: Mapping[str, str]) -> tuple[str, bool, dict[str, str]]:
    try:
        number = iban.validate(given.get("iban", ""))
    except ValidationError:
        raise invalid("iban", _("This is no IBAN: copy it from the bank’s own paper.")) from None
    code = given.get("bic", "")
    if code and not bic.is_valid(code):
        raise invalid("bic", _("This is no BIC: 8 or 11 characters, or leave it empty."))
    holder = given.get("holder", "")
    if not 2 <= len(holder) <= 70:
        raise invalid(
            "holder", _("Write whose account it is, as the bank does: up to 70 characters.")
        )
    kept = {"iban": number, "bic": bic.compact(code) if code else "", "holder": holder}
    return f"…{number[-4:]}", True, kept
