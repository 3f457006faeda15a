"""Templates that were put together beforehand say what Django's own engine says of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.conf import settings
from django.template import Context, Engine, Template, TemplateDoesNotExist
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from comptoir.ui import loader
from comptoir.ui.loader import Fixed

LOCMEM = "django.template.loaders.locmem.Loader"
OURS = "comptoir.ui.loader.Loader"
LIBRARIES = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
}
TEMPLATES = {
    "base": "{% load i18n %}<h1>{% network %}</h1>{% block a %}A{{ x }}{% block inner %}in"
    "{% endblock %}{% endblock %}|{% block b %}{% trans 'Shops' %}{% endblock %}|{{ named }}",
    "middle": "{% extends 'base' %}{% load i18n %}{% block a %}<{{ block.super }}>{% endblock %}"
    "{% block b %}{% url 'site:home' as named %}{{ named }}{% trans 'Basket' %}{% endblock %}",
    "child": "{% extends 'middle' %}{% block inner %}{% if x %}{{ block.super }}!{% else %}-"
    "{% endif %}{% endblock %}{% block nowhere %}lost{% endblock %}",
    "words": "{% load i18n static %}{% trans 'Search' %} {% url 'site:shops' %} {% icon 'shop' %}"
    "{% static 'ui/favicon.svg' %}{% trans word %}{% url 'site:shop' slug %}{% icon which %}"
    "{% trans 'Main' as main %}{{ main }}{% trans 'Main'|upper %}{{ x }}",
    "loops": "{% load i18n %}{% for n in many %}{% include 'words' with x=n %}{% empty %}"
    "{% trans 'Shops' %}{% endfor %}{% with y=x %}{{ y }}{% trans 'Shops' %}{% endwith %}"
    "{% autoescape off %}{{ x }}{% network %}{% endautoescape %}{% network %}",
    "bare": "{% extends 'base' %}",
}
VALUES = {"x": "<b>", "slug": "a-shop", "which": "clock", "word": "Shops", "many": [1, "<i>"]}


def engine(loaders: list[object]) -> Engine:
    return Engine(
        loaders=loaders,  # type: ignore[arg-type]
        libraries=LIBRARIES,
        builtins=[*Engine.default_builtins, "comptoir.ui.templatetags.ui"],
    )


THEIRS = [("django.template.loaders.cached.Loader", [(LOCMEM, TEMPLATES)])]


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("values", [VALUES, VALUES | {"x": "", "many": []}])
def test_it_says_what_djangos_engine_says(name, values, settings):
    whole, usual = engine([(OURS, [(LOCMEM, TEMPLATES)])]), engine(THEIRS)
    # Twice each, and in turn: what was kept for one language or site is not another's.
    for site in ("A & B", "Comptoir", "A & B"):
        settings.SITE_NAME = site
        for language in ("fr", "en", "fr"):
            with translation.override(language):
                said = whole.get_template(name).render(Context(values))
                assert said == usual.get_template(name).render(Context(values))


def test_two_threads_put_one_template_together(monkeypatch):
    """Both want a template first that nobody has put together: none sees it half made."""
    whole = engine([(OURS, [(LOCMEM, TEMPLATES)])])
    both, made = threading.Barrier(2), []
    whole_of = loader._Whole

    def slow(template):
        made.append(template.name)
        done = whole_of(template)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)  # without turns the other comes here too, and both go on
        return done

    monkeypatch.setattr(loader, "_Whole", slow)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(whole.get_template, "base") for _each in range(2)]
        assert {type(each.result()) for each in asked} == {Template}
    assert made == ["base"]
    said = whole.get_template("child").render(Context(VALUES))
    assert said == engine(THEIRS).get_template("child").render(Context(VALUES))


def test_nothing_of_a_reader_is_kept():
    page = engine([(OURS, [(LOCMEM, TEMPLATES)])]).get_template("child")
    assert "Camille" in page.render(Context({"x": "Camille"}))
    assert "Camille" not in page.render(Context({"x": "Dominique"}))


def test_what_never_changes_is_rendered_once(monkeypatch):
    page = engine([(OURS, [(LOCMEM, TEMPLATES)])]).get_template("words")
    with translation.override("fr"):
        said = page.render(Context(VALUES))
        fixed = [node for node in page.nodelist if isinstance(node, Fixed)]
        assert fixed
        for node in fixed:
            monkeypatch.setattr(node, "_nodes", [])
        assert page.render(Context(VALUES)) == said
    with translation.override("en"):
        # The control: in a language that is not known yet they are asked.
        assert page.render(Context(VALUES)) != said


def test_a_template_that_is_not_there_is_missed():
    with pytest.raises(TemplateDoesNotExist):
        engine([(OURS, [(LOCMEM, TEMPLATES)])]).get_template("none")


def test_pages_have_it():
    """The site renders by it: its base is no longer asked for its words."""
    (site,) = settings.TEMPLATES
    assert site["OPTIONS"]["loaders"][0][0] == OURS
    page = get_template("site/legal.html").template  # type: ignore[attr-defined]
    assert any(isinstance(node, Fixed) for node in page.nodelist)
    request = RequestFactory().get("/")
    assert "<main" in get_template("site/legal.html").render({}, request)
