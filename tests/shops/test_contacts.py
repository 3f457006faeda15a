"""Which addresses can be written to."""

import pytest

from comptoir.core.errors import Invalid
from comptoir.shops.contacts import parse_email, receives_mail


@pytest.mark.parametrize(
    "address",
    [
        "jeanne@example.org",
        "  Jeanne.D+livres@Example.ORG ",
        "o'brien_2@sub.domain.example.co.uk",
        "jeanne@librairie-été.fr",
        "jeanne@xn--librairie-t-kbbb.fr",
        "a@b.museum",
    ],
)
def test_what_mail_reaches(address: str) -> None:
    assert parse_email(address) == address.strip().lower()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jeanne",
        "jeanne@",
        "@example.org",
        "j@localhost",
        "j@LOCALHOST",
        "j@mail.localhost",
        "j@localhost.localdomain",
        "j@ｌｏｃａｌｈｏｓｔ",
        "j@printer.local",
        "j@till.lan",
        "j@db.internal",
        "j@router.home.arpa",
        "j@hidden.onion",
        "j@[127.0.0.1]",
        "j@[IPv6:::1]",
        "j@[::1]",
        "j@127.0.0.1",
        "j@10.0.0.12",
        '"j k"@example.org',
        '"j"@example.org',
        "j@example.org\nbcc: k@example.org",
        "j@example.org,k@example.org",
        "j@@example.org",
        f"{'j' * 65}@example.org",
        f"j@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.org",
        f"j@{'é' * 63}.org",
    ],
)
def test_what_it_does_not(address: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_email(address)
    assert caught.value.code == "bad_email"


def test_a_reserved_name_is_refused_only_at_the_end_of_a_domain() -> None:
    """The control of the names of no network."""
    assert receives_mail("j@local.example.org")
    assert receives_mail("j@localhost.fr")
