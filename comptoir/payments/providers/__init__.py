"""The providers, each behind `protocol.Provider`. What is special to one stands in its module."""

from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Account
from comptoir.payments.providers.mollie import Mollie
from comptoir.payments.providers.protocol import Provider
from comptoir.payments.providers.stripe import Stripe
from comptoir.payments.providers.trial import Trial
from comptoir.payments.vault import unseal

ONLINE = (ProviderName.STRIPE, ProviderName.MOLLIE, ProviderName.TRIAL)
"""Those to whom a reader is led, and who are asked by machine; a bank transfer is entered."""


def provider_of(account: Account) -> Provider:
    """Return who moves the money of an account. Raises `NoKey`; `NoWayToPay` for the test provider
    where this installation is no trial. Not for bank transfers."""
    secrets = unseal(account.secrets, of=account.token)
    if account.provider == ProviderName.STRIPE:
        return Stripe(key=secrets["key"], signing=secrets["signing"])
    if account.provider == ProviderName.MOLLIE:
        return Mollie(key=secrets["key"])
    return Trial(signing=secrets["signing"])
