"""What is entered of an account is encrypted; the test provider is there only on a trial."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.payments import operations, vault
from comptoir.payments.errors import NoKey, NoWayToPay
from comptoir.payments.kinds import Late, ProviderName
from comptoir.payments.models import Account, Session
from comptoir.payments.operations import AccountSaid, rotate_keys, write_account
from comptoir.payments.reads.state import Standing, state_of
from tests.factories import make_shop
from tests.payments.stripe_part import KEY, SIGNING
from tests.payments.world import account_of, offers_of, posted_order
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db
OLD, NEW = "the old key of thirty-two characters", "the new key of thirty-two characters"
STRIPE = {"key": KEY, "signing": SIGNING}


def test_secrets_are_encrypted_by_a_key_that_is_not_in_the_database(settings):
    settings.PAYMENTS_KEYS = (OLD,)
    account = account_of(make_shop())
    assert KEY not in account.secrets
    assert KEY[-4:] in account.label
    assert vault.unseal(account.secrets, of=account.token) == STRIPE
    with pytest.raises(NoKey):
        vault.unseal(account.secrets, of="another row")
    settings.PAYMENTS_KEYS = (NEW,)
    with pytest.raises(NoKey):
        rotate_keys()
    settings.PAYMENTS_KEYS = (NEW, OLD)
    assert rotate_keys() == 1
    settings.PAYMENTS_KEYS = (NEW,)
    account.refresh_from_db()
    assert vault.unseal(account.secrets, of=account.token) == STRIPE


def test_new_secrets_are_a_new_account_and_without_them_only_the_choice_changes():
    shop = make_shop()
    first = account_of(shop)
    said = AccountSaid(provider=ProviderName.STRIPE, late=Late.REFUND)
    assert write_account(shop=shop, said=said, actor=SYSTEM) == first
    second = account_of(shop)
    assert (second != first, second.late) == (True, Late.HONOUR)
    first.refresh_from_db()
    assert first.closed_at is not None


@pytest.mark.parametrize(
    ("provider", "secrets", "code"),
    [
        (ProviderName.STRIPE, {"key": "pk_live_12345678", "signing": SIGNING}, "bad_key"),
        (ProviderName.STRIPE, {"key": KEY, "signing": "x"}, "bad_signing"),
        (ProviderName.MOLLIE, {"key": KEY}, "bad_key"),
        (ProviderName.TRANSFER, {"iban": "FR7630006000011234567890188"}, "bad_iban"),
        (ProviderName.TRIAL, {}, "bad_provider"),
    ],
)
def test_what_cannot_be_right_is_refused(provider, secrets, code):
    said, shop = AccountSaid(provider=provider, secrets=secrets), make_shop()
    with pytest.raises(Invalid) as refused:
        write_account(shop=shop, said=said, actor=SYSTEM)
    assert refused.value.code == code


@pytest.fixture
def unpaid(settings):
    settings.DEMO, settings.TRIAL_PAYMENTS = False, True
    return posted_order(*offers_of(make_shop(), 1290, 2200))


def asked(order) -> Session:
    return operations.ask_for(order=order, provider=ProviderName.TRIAL, now=timezone.now())


def test_a_program_pays_at_the_test_provider(unpaid):
    session = asked(unpaid)
    paid = Client(enforce_csrf_checks=True).post(f"{session.url}/paid")
    assert paid.json() == {"state": "paid", "captured_cents": 3889}
    assert state_of(unpaid).is_settled
    account = session.account
    assert operations.reconcile(account=account, now=timezone.now()).differences == []


@pytest.mark.parametrize("form", [{"how": "pending", "late": "0"}, {"how": "paid", "twice": "1"}])
def test_its_page_tells_late_twice_and_mixed(unpaid, form):
    session = asked(unpaid)
    answer = Client().post(reverse("site:trial_payment", args=[session.token]), form | {"mixed": 1})
    assert answer.status_code == 303
    operations.sweep(now=timezone.now())
    assert state_of(unpaid).standing == Standing.PAID


def test_nothing_real_is_ever_paid_by_it(unpaid, settings):
    session = asked(unpaid)
    Client().get(reverse("site:trial_payment", args=[session.token]))
    settings.TRIAL_PAYMENTS = False
    for path in (f"{session.url}/paid", reverse("site:trial_payment", args=[session.token])):
        assert Client().post(path, {"how": "paid"}).status_code == 404
    with pytest.raises(NoWayToPay):
        asked(unpaid)
    with pytest.raises(NoWayToPay):
        operations.look(session, timezone.now())
    assert not state_of(unpaid).captured
    settings.TRIAL_PAYMENTS = True
    account_of(unpaid.shop)
    with pytest.raises(NoWayToPay):
        asked(unpaid)
    assert Account.objects.filter(provider=ProviderName.STRIPE).exists()


def test_a_program_is_told_where_to_pay_and_pays(settings):
    settings.DEMO, settings.TRIAL_PAYMENTS = False, True
    (offer,) = offers_of(make_shop(), 1290)
    post_from(offer.shop, cents=399)
    asked = {
        "shop": offer.shop.slug,
        "lines": [{"product": offer.product.ref}],
        "customer": {"name": "Léa Morin", "email": "lea@example.org"},
        "delivery": "mail",
        "address": {"street": "3 rue Haute", "postcode": "87000", "city": "Limoges"},
    }
    key = {"Idempotency-Key": "a key of more than sixteen"}
    client = Client()
    placed = client.post("/api/v1/orders", asked, "application/json", headers=key)
    assert placed.status_code == 201, placed.content
    payment = placed.json()["payment"]
    assert (payment["state"], payment["to_pay_cents"]) == ("to_pay", 1689)
    assert payment["expires_at"]
    assert client.post(f"{payment['url']}/paid").json()["state"] == "paid"
    told = client.get(f"/api/v1/orders/{placed.json()['token']}").json()
    assert told["payment"]["state"] == "paid"
    assert (told["payment"]["to_pay_cents"], told["payment"]["url"]) == (0, None)
