"""A name is a name: what goes into mails to any address carries no message of a stranger's."""

import re

import pytest
from django.utils import translation

from comptoir.core.errors import Invalid
from comptoir.orders import names
from comptoir.orders.names import NAME_LENGTH, parse_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Camille Ferrand", "Camille Ferrand"),
        ("  Camille \u00a0 Ferrand\t", "Camille Ferrand"),
        ("Zoe\u0308 O’Brien-d'Aubigné", "Zoë O’Brien-d'Aubigné"),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hòa"),
        ("村上 春樹", "村上 春樹"),
        ("محمد درويش", "محمد درويش"),
        ("J.R.R. Tolkien", "J. R. R. Tolkien"),
        ("Dr.Martin", "Dr. Martin"),
        ("Mme.DURAND", "Mme. DURAND"),
        ("j.martin", "j. martin"),
        ("M. & Mme Roy (classe 6e 2), l’école « Prévert »", None),
        ("Mª José", "Mª José"),
        ("Cam\u00adille\u200b\ufeff", "Camille"),
        ("A" * NAME_LENGTH, "A" * NAME_LENGTH),
    ],
)
def test_what_a_name_is(typed: str, name: str | None) -> None:
    assert parse_name(typed) == (name or typed)


def test_a_plain_name_is_what_it_is_by_every_rule(monkeypatch) -> None:
    """What is taken for one at first sight, nothing that looks closer would change or refuse."""
    letters = [chr(code) for code in range(0x100) if names._PLAIN.fullmatch(chr(code))]
    assert len(letters) == 52 + 62
    plain = [f"{a}{sign}{b}" for a in letters for b in "aÉ" for sign in " '’-"]
    plain += ["Camille Ferrand", "Zoé O’Brien-d'Aubigné", "A" * NAME_LENGTH]
    assert all(names._PLAIN.fullmatch(name) for name in plain)
    monkeypatch.setattr(names, "_PLAIN", re.compile("(?!)"))
    assert [parse_name(name) for name in plain] == plain


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "at most 120"),
        (" \u200b ", "at most 120"),
        ("12", "at most 120"),
        ("...", "at most 120"),
        ("A" * (NAME_LENGTH + 1), "at most 120"),
        # A space after each dot makes it longer.
        ("A." * 59 + "AB", "at most 120"),
        ("Camille\nYou have won", "one line"),
        ("Camille\r\nBcc: x", "one line"),
        ("Camille\u2028You have won", "one line"),
        ("Camille\x85x", "one line"),
        ("https://evil.example/a", "no address"),
        ("evil.com", "no address"),
        ("EVIL.COM", "no address"),
        ("win at evil-shop.co.uk now", "no address"),
        ("www.evil", "no address"),
        ("x.com", "no address"),
        ("t.co/abc", "no address"),
        ("T.Me/abc", "no address"),
        ("evil\u200b.com", "no address"),
        ("evil\uff0ecom", "no address"),
        ("evil\u3002com", "no address"),
        ("ｅｖｉｌ．ｃｏｍ", "no address"),
        ("camille@example.org", "no address"),
        ("camille＠example", "no address"),
        ("hxxp://evil", "no address"),
        ("10.0.0.1/x", "no address"),
        ("Call 0899123456", "no address"),
        ("Call 08 99 12 34 56", "no address"),
        ("Call ⓪⑧⑨⑨①", "no address"),
        ("<b>Camille</b>", "“<”"),
        ("Camille: look", "“:”"),
        ("Camille [link]", "“[”"),
        ("Camille \U0001f381", "“\U0001f381”"),
        ("A\x00", "“U+0000”"),
        ("A\x1b", "“U+001B”"),
        ("_Camille_", "“_”"),
        ("Ke$ha", "“$”"),
    ],
)
def test_what_no_name_is(typed: str, told: str) -> None:
    with translation.override("en"), pytest.raises(Invalid) as caught:
        parse_name(typed)
    assert (caught.value.code, caught.value.data["field"]) == ("bad_name", "name")
    assert told in str(caught.value.message)


@pytest.mark.parametrize("typed", ["Evil.Com", "X.Com", "x.info", "J.R.R.Tolkien", "a.b.c"])
def test_no_name_joins_words_by_a_dot(typed: str) -> None:
    """Programs that show mails make a link of such words."""
    assert all(sign == " " for sign in parse_name(f"{typed} ").split(".")[1][:1])
    assert "." not in parse_name(typed).replace(". ", "")


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34 56 78",
        "0612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6.12.34.56.78",
        "06‑12‑34‑56‑78",
        "Tél. 06 12 34 56 78",
        "tel: 0549410000",
        "Téléphone\u00a0: 0549410000",
        "０６ １２ ３４ ５６ ７８",
        "26 12 34",
    ],
)
def test_a_telephone_number_is_told_where_it_goes(typed: str) -> None:
    with translation.override("en"), pytest.raises(Invalid) as caught:
        parse_name(typed)
    assert (caught.value.code, caught.value.data["field"]) == ("bad_name", "name")
    assert "looks like a telephone number: it goes in the field for it" in str(caught.value)


@pytest.mark.parametrize("typed", ["Camille 0612345678", "12", "0612345678 rappelez Camille"])
def test_what_only_holds_one_is_told_what_a_name_is(typed: str) -> None:
    with translation.override("en"), pytest.raises(Invalid) as caught:
        parse_name(typed)
    assert "looks like" not in str(caught.value)
