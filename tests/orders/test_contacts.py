"""One mailbox is one contact, however it is written; and two mailboxes are two."""

import pytest

from comptoir.core.errors import Faults
from comptoir.orders.contacts import contact_key, mailbox
from comptoir.orders.operations.requests import Customer, check
from tests.factories import make_offer, request_for


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Jeanne@Example.ORG", "jeanne@example.org"),
        ("j.doe@gmail.com", "jdoe@gmail.com"),
        ("J.Doe+livres@googlemail.com", "jdoe@gmail.com"),
        ("jeanne+comptoir@outlook.fr", "jeanne@outlook.fr"),
        ("jeanne+a+b@icloud.com", "jeanne@icloud.com"),
        ("j_d-o.e+x@proton.me", "jdoe@proton.me"),
        ("jeanne@librairie-ÉTÉ.fr", "jeanne@xn--librairie-t-kbbb.fr"),
    ],
)
def test_the_variants_of_a_mailbox_are_one(written: str, name: str) -> None:
    assert mailbox(written) == name
    assert contact_key(written) == contact_key(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Nothing is known of what these providers do with a dot or a plus.
        ("j.doe@example.org", "jdoe@example.org"),
        ("jeanne+a@example.org", "jeanne@example.org"),
        ("j.doe@outlook.fr", "jdoe@outlook.fr"),
        ("jeanne@outlook.fr", "jeanne@outlook.com"),
        ("jeanne@gmail.com", "jeanne@gmail.com.example.org"),
        ("+a@gmail.com", "+b@gmail.com"),
    ],
)
def test_what_may_be_two_people_is_two(one: str, other: str) -> None:
    assert contact_key(one) != contact_key(other)


def test_no_contact_has_no_key() -> None:
    assert contact_key("") == ""
    assert contact_key("+33612345678") != contact_key("+33612345679")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("customer", "code"),
    [
        (Customer("Ana", "j@localhost"), "bad_email"),
        (Customer("Ana", "j@[127.0.0.1]"), "bad_email"),
        (Customer("Ana", "j@till.lan"), "bad_email"),
        (Customer("Ana", phone="0899 12 34 56"), "bad_phone"),
        (Customer("Ana", phone="0 820 12 34 56"), "bad_phone"),
        (Customer("Ana", phone="+44 909 123 4567"), "bad_phone"),
        (Customer("Ana", phone="+881 6 1234 5678"), "bad_phone"),
        (Customer("Ana", phone="+870 773 123 456"), "bad_phone"),
        (Customer("Ana", phone="+979 123 456 789"), "bad_phone"),
    ],
)
def test_where_nobody_is_reached_is_no_contact(customer: Customer, code: str) -> None:
    with pytest.raises(Faults) as caught:
        check(request_for(make_offer(), customer=customer))
    assert caught.value.code == code


@pytest.mark.django_db
@pytest.mark.parametrize(
    "phone", ["06 12 34 56 78", "0970 12 34 56", "0800 12 34 56", "0262 12 34 56", "+32 470123456"]
)
def test_ordinary_numbers_are(phone: str) -> None:
    """The control of the numbers above."""
    assert check(request_for(make_offer(), customer=Customer("Ana", phone=phone))).phone_key
