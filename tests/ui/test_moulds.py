"""Lines filled into a mould are what their template says of the same words."""

import pytest
from django.template import Template
from django.utils.safestring import mark_safe
from django.utils.translation import override

from comptoir.ui import moulds
from comptoir.ui.moulds import Mould

LINE = """{% load i18n %}<li class="{% if kind == "new" %}new{% else %}used{% endif %}"
title="{{ title }}">
{% if note %}{% blocktrans trimmed %}“{{ note }}”{% endblocktrans %}{% endif %}{{ title }} 100 %
{% trans "Reserve" %}<input value="{{ csrf_token }}">{% csrf_token %}{{ raw }}</li>"""
HOSTILE = '<b onclick="x">&\'%s{title} %(n)s {{ title }}'


@pytest.fixture
def line(monkeypatch) -> Mould:
    template = Template(LINE)
    monkeypatch.setattr(moulds, "get_template", lambda _name: _Backend(template))
    return Mould("line.html", ("kind",), ("title", "note", "csrf_token", "raw"))


class _Backend:
    def __init__(self, template: Template) -> None:
        self.template = template

    def render(self, context: dict[str, object]) -> str:
        from django.template import Context

        return self.template.render(Context(context))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["new", "VG"])
@pytest.mark.parametrize("note", [None, "lu", HOSTILE])
@pytest.mark.parametrize("title", ["Un livre", HOSTILE, "", mark_safe("<i>propre</i>")])
def test_a_line_is_what_its_template_says(line, language, kind, note, title):
    with override(language):
        for _twice in range(2):
            found = line.fill((kind,), (title, note, "jeton", 7))
            words = {"kind": kind, "title": title, "note": note, "csrf_token": "jeton", "raw": 7}
            assert found == moulds.get_template("line.html").render(words)


def test_each_language_has_a_shape_of_its_own(line):
    said = set()
    for language in ("fr", "en"):
        with override(language):
            said.add(line.fill(("new",), ("Un livre", None, "jeton", "")))
    assert len(said) == 2


def test_words_are_escaped(line):
    assert "<b" not in line.fill(("new",), (HOSTILE, HOSTILE, HOSTILE, HOSTILE))
