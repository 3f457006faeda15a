"""Files dropped for a shop: taken once they are whole, once, and nothing outside is touched."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from comptoir.stock.arrivals import drop
from comptoir.stock.arrivals.drop import DropFolder
from comptoir.stock.models import Offer, Report
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop(slug="librairie", siret="73282932000074")


@pytest.fixture
def folder(tmp_path: Path, shop) -> Path:
    (tmp_path / "drop" / "librairie").mkdir(parents=True)
    return tmp_path / "drop"


def put(place: Path, name: str = "stock.csv", ago: float = 60, **copies: int) -> Path:
    """Leave a file, written some seconds ago."""
    place.mkdir(parents=True, exist_ok=True)
    path = place / name
    lines = [f"{ean};{quantity}" for ean, quantity in copies.items()]
    path.write_text("\n".join(["ean;quantity", *lines, ""]))
    os.utime(path, (time.time() - ago, time.time() - ago))
    return path


def look(folder: Path) -> int:
    """Look as one process does: twice, for a file must stay as it is."""
    watching = DropFolder(folder, settle_seconds=0.0)
    return watching.look() + watching.look()


def copies() -> dict[str, int]:
    return dict(Offer.objects.values_list("product__ean", "on_hand"))


def names(place: Path) -> list[str]:
    """Return what is kept there, without the moment in the names."""
    return sorted(path.name[23:] for path in place.iterdir())


def test_a_file_is_taken_and_moved_with_a_report(folder) -> None:
    book = make_product()
    written = put(folder / "librairie", **{book.ean: 3}).stat().st_mtime
    assert look(folder) == 1
    assert copies() == {book.ean: 3}
    assert abs(Report.objects.get().as_of.timestamp() - written) < 0.01
    assert names(folder / "librairie" / "done") == ["stock.csv", "stock.csv.report.csv"]
    (report,) = (folder / "librairie" / "done").glob("*.report.csv")
    assert "prises\u202f: 1, refusées\u202f: 0" in report.read_text("utf-8-sig")
    assert look(folder) == 0


def test_a_shop_is_known_by_its_siret_too_and_others_are_left_alone(folder) -> None:
    put(folder / "73282932000074", **{make_product().ean: 3})
    stranger = put(folder / "nobody", **{make_product().ean: 3})
    assert look(folder) == 1
    assert stranger.exists()


def test_the_folder_says_what_a_file_is(folder) -> None:
    book, other = make_product(), make_product()
    put(folder / "librairie", ago=60, **{book.ean: 3, other.ean: 1})
    look(folder)
    put(folder / "librairie" / "delta", ago=30, **{book.ean: 2})
    assert look(folder) == 1
    assert copies() == {book.ean: 2, other.ean: 1}
    assert names(folder / "librairie" / "delta" / "done")[0] == "stock.csv"


def test_a_bad_file_is_set_aside_with_the_reason(folder) -> None:
    (folder / "librairie" / "bad.asc").write_text("=nothing of a till")
    assert look(folder) == 1
    assert names(folder / "librairie" / "refused") == ["bad.asc", "bad.asc.report.csv"]
    (report,) = (folder / "librairie" / "refused").glob("*.report.csv")
    assert "bad_header" in report.read_text("utf-8-sig")


def test_a_refused_line_stands_in_the_report_inert(folder) -> None:
    path = put(folder / "librairie", **{make_product().ean: 3})
    path.write_text(path.read_text() + "=HYPERLINK(1);4\n")
    look(folder)
    (report,) = (folder / "librairie" / "done").glob("*.report.csv")
    assert "'=HYPERLINK" in report.read_text("utf-8-sig")


def test_a_file_that_is_still_written_is_left(folder) -> None:
    put(folder / "librairie", "stock.csv.part", **{make_product().ean: 3})
    cut = folder / "librairie" / "1234.asc"
    cut.write_text("EXTRACTION STOCK DU 15/10/2026\r\n12349782")
    watching = DropFolder(folder, settle_seconds=0.0)
    assert watching.look() + watching.look() == 0
    growing = DropFolder(folder, settle_seconds=60.0)
    put(folder / "librairie", **{make_product().ean: 3})
    assert growing.look() + growing.look() == 0


def test_a_crash_before_the_move_does_not_apply_twice(folder, monkeypatch) -> None:
    put(folder / "librairie" / "delta", **{make_product().ean: 3})
    with monkeypatch.context() as crash:
        crash.setattr(DropFolder, "_move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            look(folder)
    assert (folder / "librairie" / "delta" / "stock.csv").exists()
    assert look(folder) == 1
    assert Report.objects.count() == 1


def test_without_the_key_it_would(folder, monkeypatch) -> None:
    read_file = drop.read_file
    monkeypatch.setattr(drop, "read_file", lambda file: read_file(replace(file, key="")))
    test = put(folder / "librairie" / "delta", **{make_product().ean: 3})
    with monkeypatch.context() as crash:
        crash.setattr(DropFolder, "_move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            look(folder)
    assert test.exists()
    look(folder)
    assert Report.objects.count() == 2


def test_no_link_leads_out(folder, tmp_path) -> None:
    outside = put(tmp_path / "outside", "secret.csv", **{make_product().ean: 3})
    mine = folder / "librairie"
    (mine / "link.csv").symlink_to(outside)
    (mine / "delta").symlink_to(outside.parent)
    (folder / "other").symlink_to(outside.parent)
    os.mkfifo(mine / "pipe.csv")
    make_shop(slug="other")
    assert look(folder) == 0
    assert outside.exists()
    assert not Report.objects.exists()


def test_nothing_is_moved_or_written_outside(folder, tmp_path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "librairie" / "done").symlink_to(outside)
    put(folder / "librairie", **{make_product().ean: 3})
    look(folder)
    assert not list(outside.iterdir())
    assert Report.objects.count() == 1


def test_a_file_swapped_for_a_link_after_the_look_is_not_opened(
    folder, tmp_path, monkeypatch
) -> None:
    outside = put(tmp_path / "outside", **{make_product().ean: 3})
    path = put(folder / "librairie", **{make_product().ean: 3})
    take = DropFolder._take

    def swapped(self, place, name, sighting, **values):
        path.unlink()
        path.symlink_to(outside)
        return take(self, place, name, sighting, **values)

    monkeypatch.setattr(DropFolder, "_take", swapped)
    assert look(folder) == 0
    assert not Report.objects.exists()


def test_what_was_taken_is_kept_a_month(folder, monkeypatch) -> None:
    put(folder / "librairie", **{make_product().ean: 3})
    look(folder)
    DropFolder(folder).prune()
    assert len(names(folder / "librairie" / "done")) == 2
    monkeypatch.setattr(drop, "KEPT_DAYS", -1)
    DropFolder(folder).prune()
    assert names(folder / "librairie" / "done") == []


def test_a_name_as_long_as_a_folder_allows_is_kept_with_its_report(folder) -> None:
    book = make_product()
    put(folder / "librairie", f"{'é' * 125}.csv", **{book.ean: 3})
    assert look(folder) == 1
    kept = sorted((folder / "librairie" / "done").iterdir())
    assert len(kept) == 2
    assert kept[1].name == f"{kept[0].name}.report.csv"
    assert len(kept[1].name.encode()) in (254, 255)
    assert kept[0].name.endswith("é")


def test_what_cannot_be_removed_does_not_stop_the_others(folder, monkeypatch) -> None:
    done = folder / "librairie" / "done"
    for name in ("a", "b", "c"):
        put(done, name)
    (done / "b").unlink()
    (done / "b").mkdir()
    monkeypatch.setattr(drop, "KEPT_DAYS", -1)
    DropFolder(folder).prune()
    assert [path.name for path in done.iterdir()] == ["b"]
