"""Every table with a path to a shop is in its export, or is left out with a reason."""

from pathlib import Path

from django.apps import apps
from django.db import models

from comptoir.archives.contents import ACTORS, LEFT_OUT, PRODUCTS, SHEETS, SHOP
from comptoir.archives.operations.farewells import STAYS
from comptoir.shops.models import Shop

DOCUMENT = Path(__file__).parents[2] / "docs" / "export.md"


def tables_of_shops() -> set[type[models.Model]]:
    """Return every table of which a row belongs to a shop, by whatever path."""
    found: set[type[models.Model]] = {Shop}
    everything = apps.get_models(include_auto_created=True)
    while True:
        more = {
            model
            for model in everything
            if model not in found
            and any(field.related_model in found for field in model._meta.concrete_fields)
        }
        if not more:
            return found - {Shop}
        found |= more


def missed(named: set[str]) -> set[str]:
    """Return the tables of shops that are not among those named."""
    return {model._meta.label for model in tables_of_shops()} - named


def test_every_table_of_shops_is_exported_or_left_out_with_a_reason() -> None:
    exported = {sheet.model._meta.label for sheet in SHEETS}
    assert missed(exported | LEFT_OUT.keys()) == set()
    assert exported & LEFT_OUT.keys() == set()
    assert all(LEFT_OUT.values())
    # The control: without one of its lines it is missed.
    assert missed((exported | LEFT_OUT.keys()) - {"stock.Offer"}) == {"stock.Offer"}


def test_every_table_left_out_or_kept_is_there() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert set(LEFT_OUT) | set(STAYS) <= labels


def test_every_column_left_out_is_there_and_every_link_can_be_followed() -> None:
    before: set[type[models.Model]] = {Shop}
    plain = {"accounts.User", "networks.Network"}
    for sheet in (SHOP, PRODUCTS, *SHEETS):
        names = {field.name for field in sheet.model._meta.concrete_fields}
        assert names >= {*sheet.left_out, *sheet.files}
        for column in sheet.columns:
            of = column.related_model
            known = of in {None, sheet.model, *before} or of._meta.label in plain
            assert known, f"{sheet.name}: {column.name}"
            assert column.name not in ACTORS or ACTORS[column.name] in names
        before.add(sheet.model)


def test_every_file_and_column_is_documented() -> None:
    text = DOCUMENT.read_text()
    for sheet in (SHOP, PRODUCTS, *SHEETS):
        name = "shop.json" if sheet is SHOP else f"{sheet.name}.csv"
        _before, _heading, part = text.partition(f"\n### `{name}`")
        part = part.partition("\n### ")[0]
        assert part, name
        assert [head for head in sheet.heads if f"`{head}`" not in part] == [], name
