"""The documentation says who may do what as the guards have it."""

from tests.matrix import PAGE, tables, with_tables


def test_the_page_says_what_the_guards_read():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"<!-- {name} -->" in text for name in tables())
    assert with_tables(text) == text, "write it anew: python -m tests.matrix"


def test_control_a_verb_that_somebody_else_has_is_seen():
    text = PAGE.read_text(encoding="utf-8").replace("| yes |", "| – |", 1)
    assert with_tables(text) != text
