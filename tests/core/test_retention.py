"""Whatever may be about a person is declared where it is kept: what, why, until when."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models

from comptoir.core.retention.shape import Declaration, declarations

TELLING = {
    *("email", "phone", "name", "street", "address", "range", "contact", "person", "who"),
    *("user", "actor", "text", "html", "note", "to", "key", "nonce", "token", "subject", "context"),
    *("latitude", "longitude", "signature", "people", "data", "offered"),
}
"""Words of a column's name by which it may hold something about a person."""


def may_tell(field: "models.Field[object, object]") -> bool:
    """Return whether a column may hold something about a person."""
    if isinstance(field, models.EmailField):
        return True
    if isinstance(field, models.BooleanField | models.DateTimeField):
        return False
    if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model:
        return field.related_model._meta.label == settings.AUTH_USER_MODEL
    return bool(set(field.name.split("_")) & TELLING)


def columns(model: type[models.Model]) -> "list[models.Field[object, object]]":
    own = [field for field in model._meta.fields if not isinstance(field, models.AutoField)]
    return [*own, *model._meta.many_to_many]


def said(declaration: Declaration) -> set[str]:
    """Return the columns that a declaration speaks of."""
    kept = {f"{each.model}.{column}" for each in declaration.kept for column in each.columns}
    return kept | set(declaration.impersonal)


def silent(label: str, declaration: Declaration) -> Iterator[str]:
    """Yield the columns of a package that may be about people, and of which it says nothing."""
    spoken = said(declaration)
    for model in apps.get_app_config(label).get_models():
        for field in columns(model):
            name = f"{model._meta.label}.{field.name}"
            if may_tell(field) and name not in spoken:
                yield name


def test_every_column_that_may_be_about_a_person_is_declared() -> None:
    undeclared = {name for label, found in declarations() for name in silent(label, found)}
    assert undeclared == set()


def test_a_declaration_speaks_of_columns_that_there_are() -> None:
    there = {f"{each._meta.label}.{f.name}" for each in apps.get_models() for f in columns(each)}
    for _label, declaration in declarations():
        assert said(declaration) - there == set()
        for each in declaration.kept:
            assert all(map(str, (each.columns, each.what, each.why, each.until)))


def test_a_column_that_nobody_declares_is_found() -> None:
    whole = dict(declarations())["orders"]
    fewer = tuple(each for each in whole.kept if each.model != "orders.Order")
    missed = set(silent("orders", Declaration(fewer, whole.impersonal)))
    assert {"orders.Order.email", "orders.Order.phone", "orders.Order.range_key"} <= missed
