"""An export that was damaged, or made to harm, is refused whole, and by words that say where."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.archives.chest import MANIFEST, Folder, Found
from comptoir.archives.models import Arrival
from comptoir.archives.operations import export_shop, move_in
from comptoir.core.errors import Conflict, Forbidden, Invalid
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.archives.world import make_full_shop
from tests.factories import make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def rewritten(folder: Path, name: str, change: Callable[[str], str]) -> None:
    """Change a file, and have the manifest agree with it."""
    path = folder / name
    data = change(path.read_bytes().decode()).encode()
    path.write_bytes(data)
    told = json.loads((folder / MANIFEST).read_text())
    for each in told["files"]:
        if each["name"] == name:
            each |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(told))


def manifest(folder: Path, **values: object) -> None:
    """Change what the manifest says of itself, or of its first file."""
    told = json.loads((folder / MANIFEST).read_text())
    first = {key: value for key, value in values.items() if key in told["files"][0]}
    told["files"][0] |= first
    told |= {key: value for key, value in values.items() if key not in first}
    (folder / MANIFEST).write_text(json.dumps(told))


def swap(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what puts one text in place of another in a file, as if it were written so."""
    return lambda folder: rewritten(folder, name, lambda text: text.replace(old, new, 1))


def cut(folder: Path) -> None:
    path = folder / "movements.csv"
    path.write_bytes(path.read_bytes()[:-5])


def one_more(folder: Path) -> None:
    """Say of an offer that there is a copy more than its ledger explains."""

    def raised(text: str) -> str:
        lines = text.splitlines(keepends=True)
        at = lines[0].strip("\ufeff\r\n").split(";").index("on_hand")
        cells = lines[1].split(";")
        cells[at] = str(int(cells[at]) + 1)
        return "".join([lines[0], ";".join(cells), *lines[2:]])

    rewritten(folder, "offers.csv", raised)


def no_site(folder: Path) -> None:
    """Name an address of the shop's site that no page may lead to."""
    rewritten(
        folder,
        "shop.json",
        lambda text: json.dumps({**json.loads(text), "website": "javascript:void(0)"}),
    )


def link(folder: Path) -> None:
    (folder / "picks.csv").unlink()
    (folder / "picks.csv").symlink_to("/etc/hostname")


DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "cut": (cut, "damaged_file", "movements.csv"),
    "gone": (lambda folder: (folder / "offers.csv").unlink(), "missing_file", "offers.csv"),
    "no manifest": (lambda folder: (folder / MANIFEST).unlink(), "no_export", "manifest"),
    "newer": (lambda folder: manifest(folder, version=2), "newer_export", ""),
    "too large": (lambda folder: manifest(folder, bytes=10**12), "unsafe_export", "shop.json"),
    "outside": (lambda folder: manifest(folder, name="../a.csv"), "unsafe_export", "../a.csv"),
    "not named": (lambda folder: (folder / "x.sh").write_text("x"), "unsafe_export", "x.sh"),
    "link": (link, "unsafe_export", "picks.csv"),
    "cell": (swap("movements.csv", ";told;", ";gone;"), "bad_cell", "movements.csv, ligne 2"),
    "site": (no_site, "bad_cell", "website"),
    "column": (swap("offers.csv", "held", "promised"), "bad_columns", "offers.csv, ligne 1"),
    "ledger": (one_more, "figures_disagree", "ledger"),
}


def test_it_is_refused_whole_and_says_where(tmp_path: Path) -> None:
    shop = make_full_shop(4)
    whole = tmp_path / "whole"
    export_shop(shop=shop, chest=Folder(whole), actor=SYSTEM)
    # As if another installation had it: neither its words nor what is unique is here.
    Shop.objects.filter(pk=shop.pk).update(slug="autre")
    shop.former_slugs.all().delete()
    shop.announced.all().delete()
    Offer.objects.filter(shop=shop).exclude(copy_ref="").update(copy_ref="")
    for name, (damage, code, where) in DAMAGES.items():
        folder = tmp_path / name
        shutil.copytree(whole, folder)
        damage(folder)
        with pytest.raises(Invalid) as refusal:
            move_in(found=Found(folder), actor=SYSTEM)
        assert (refusal.value.code, where in str(refusal.value)) == (code, True), name
        assert Shop.objects.count() == 1
    # The control: nothing but the damage was refused; a trial leaves nothing either.
    assert move_in(found=Found(whole), actor=SYSTEM, dry_run=True).rows["offers"]
    assert (Shop.objects.count(), Arrival.objects.count()) == (1, 0)
    with pytest.raises(Forbidden):
        move_in(found=Found(whole), actor=make_staff(shop).actor)
    Shop.objects.filter(pk=shop.pk).update(slug=Found(whole).manifest.shop)
    with pytest.raises(Conflict):
        move_in(found=Found(whole), actor=SYSTEM)
    assert AuditEntry.objects.filter(deed="shop_exported", looked=True).count() == 1


def test_a_zip_that_swells_is_not_read(tmp_path: Path) -> None:
    whole = tmp_path / "bomb.zip"
    listed = {"name": "offers.csv", "bytes": 10, "sha256": "0" * 64, "rows": 1}
    head = {"format": "comptoir-shop", "version": 1, "shop": "a", "name": "a", "made_at": ""}
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(MANIFEST, json.dumps(head | {"files": [listed]}))
        packed.writestr("offers.csv", b"0" * 50_000_000)
    with pytest.raises(Invalid) as refusal:
        Found(whole)
    assert (refusal.value.code, refusal.value.data["file"]) == ("damaged_file", "offers.csv")
