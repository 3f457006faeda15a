"""Every deed that the code notes anywhere has its words: found in the code, not listed here."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.utils.translation import override

from comptoir.accounts.models import AuditEntry
from comptoir.events.models import Deed
from comptoir.orders.models import EventKind
from comptoir.oversight.deeds import WORDS, is_known, said

COMPTOIR = Path(__file__).resolve().parents[2] / "comptoir"


def deeds_in(text: str) -> Iterator[str]:
    """Yield the deeds that a module notes; of one that is worked out, every word it may be: each
    text that the function around it writes down as `deed`."""
    tree = ast.parse(text)
    named = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "comptoir.accounts.audit"
        for alias in node.names
        if alias.name == "note"
    }
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("comptoir."):
            there = vars(import_module(str(node.module)))
            words = {each.asname or each.name: there.get(each.name) for each in node.names}
            constants |= {name: word for name, word in words.items() if isinstance(word, str)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in named:
            yield from _words(node.args[1], constants, tree)


def _words(deed: ast.expr, constants: dict[str, object], tree: ast.Module) -> Iterator[str]:
    if isinstance(deed, ast.Constant):
        yield str(deed.value)
    elif isinstance(deed, ast.IfExp):
        yield from _words(deed.body, constants, tree)
        yield from _words(deed.orelse, constants, tree)
    elif isinstance(deed, ast.Name) and deed.id in constants:
        yield str(constants[deed.id])
    elif isinstance(deed, ast.Name):
        # A parameter or a local of that name: whatever is assigned or handed over as it.
        given = [value for node in ast.walk(tree) for value in _given(node, deed.id)]
        found = [
            value
            for value in (*given, *_handed(tree, deed.id))
            if not (isinstance(value, ast.Name) and value.id == deed.id)
        ]
        assert found, f"say where the deed “{deed.id}” comes from"
        for value in found:
            yield from _words(value, constants, tree)
    elif isinstance(deed, ast.JoinedStr) and isinstance(deed.values[0], ast.Constant):
        # A word and what an enumeration adds to it.
        yield f"{deed.values[0].value}*"
    else:
        yield f"“{ast.unparse(deed)}”, which is not a word"


def _given(node: ast.AST, name: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign) and any(ast.unparse(each) == name for each in node.targets):
        yield node.value
    if isinstance(node, ast.keyword) and node.arg == name:
        yield node.value


def _handed(tree: ast.Module, name: str) -> Iterator[ast.expr]:
    """Yield what is handed by its place to the functions of a module that call it by this name."""
    for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
        places = [each.arg for each in function.args.args]
        for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
            if name in places and getattr(call.func, "id", "") == function.name:
                yield from call.args[places.index(name) : places.index(name) + 1]


def has_words(deed: str) -> bool:
    """Return whether a deed has words; of the beginning of several, whether any of these has."""
    if not deed.endswith("*"):
        return is_known(deed)
    return any(known.startswith(deed[:-1]) for several in WORDS.values() for known in several)


def modules() -> list[Path]:
    return [
        path for path in COMPTOIR.rglob("*.py") if "comptoir.accounts.audit" in path.read_text()
    ]


def test_every_deed_that_is_noted_has_its_words():
    found = {deed for path in modules() for deed in deeds_in(path.read_text(encoding="utf-8"))}
    assert {"appointed", "invited", "token_issued", "looked_at_order"} <= found
    assert {deed for deed in found if not has_words(deed)} == set()
    longest = AuditEntry._meta.get_field("deed").max_length
    assert all(len(deed) <= longest for deed in found)


@pytest.mark.parametrize(
    ("noted", "found"),
    [
        ('note(a, "unheard_of")', ["unheard_of"]),
        ('note(a, "b" if c else "d")', ["b", "d"]),
        ('WORD = "x"\nnote(a, WORD)', ["x"]),
        ('def f(deed):\n    note(a, deed)\nf(deed="y")', ["y"]),
        ('def f(b, deed):\n    note(a, deed)\nf(1, "z")', ["z"]),
        ('note(a, f"unheard_{c}")', ["unheard_*"]),
        ("note(a, words[1])", ["“words[1]”, which is not a word"]),
    ],
)
def test_control_a_deed_is_found_however_it_is_written(noted, found):
    text = f"from comptoir.accounts.audit import note\n{noted}"
    assert list(deeds_in(text)) == found
    assert not any(map(has_words, found))


def test_every_kind_of_history_has_its_words_in_both_languages():
    assert all(is_known(f"order_{kind.value}") for kind in EventKind)
    assert all(is_known(f"window_{deed.value}") for deed in Deed)
    for deeds in WORDS.values():
        for deed in deeds:
            with override("fr"):
                french = said(deed)
            with override("en"):
                assert said(deed) != french, deed


def test_no_entry_is_changed_and_only_the_audit_itself_erases_old_ones():
    changes = re.compile(r"AuditEntry\.objects[\s\S]{0,200}?\.(update|delete|bulk_update)\(")
    found = {
        path.relative_to(COMPTOIR).as_posix()
        for path in COMPTOIR.rglob("*.py")
        if changes.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"accounts/audit.py"}
    assert not changes.search("AuditEntry.objects.filter(pk=1).first()")
