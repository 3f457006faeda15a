"""One function makes words of text, for the index and for the question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.search.text import MAX_WORD, significant, words


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("L’Étranger", "l'etranger"),
        ("L’Étranger", "étranger"),
        ("Œuvres complètes", "oeuvre complete"),
        ("Les Bijoux de la Castafiore", "bijou castafiore"),
        ("Des chevaux et des hommes", "cheval homme"),
        ("Vitraux", "vitrail"),
        ("Travaux", "travail"),
        ("Bateaux", "bateau"),
        ("J.R.R. Tolkien", "jrr tolkien"),
        ("Bücher, Ærø & Łódź", "bucher aero et lodz"),
        ("Porte-monnaie", "porte monnaies"),
        ("AUJOURD’HUI", "aujourd'hui"),
        ("Cœur\u00a0: récit", "coeurs récits"),
    ],
)
def test_two_writings_have_the_same_words(written, asked):
    assert [w for w in significant(words(written)) if w] == significant(words(asked))


def test_what_punctuation_joins_is_one_word_too():
    joined: dict[str, None] = {}
    assert words("AC/DC : Highway", joined) == ["ac", "dc", "highway"]
    assert list(joined) == ["acdc"]


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("P!nk", ["pink"]),
        ("A$AP Rocky", ["asap"]),
        ("Joey Bada$$", ["badass"]),
        ("Wham! Panic! at the $5 Disco!", []),
        ("Wake – !!!", ["!!!"]),
        ("alt-J (∆)", ["altj", "∆"]),
        ("Ed & Co: a / b ?", []),
    ],
)
def test_signs_that_stand_for_letters_or_alone_are_a_word_more(written, joined):
    others: dict[str, None] = {}
    words(written, others)
    assert list(others) == joined


@pytest.mark.parametrize(
    ("written", "word"),
    [("! ! !", "!!!"), ("( )", "()"), ("…", "..."), ("—", "-"), ("(÷)", "÷"), ("( ÷ )", "÷")],
)
def test_a_text_without_a_word_is_its_signs(written, word):
    assert words(written) == [word]


def test_stop_words_count_when_there_is_nothing_else():
    assert significant(words("Les uns et les autres")) == ["uns", "autre"]
    assert significant(words("The The")) == ["the", "the"]


@given(st.text(max_size=300))
def test_any_text_becomes_plain_words_and_stays_so(text):
    found = words(text)
    assert all(word and len(word) <= MAX_WORD and " " not in word for word in found)
    assert words(text.upper().lower()) == words(text.upper().lower())
