"""The test bench: a till file is dropped, read by its job, looked at, applied or discarded."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir.accounts.actors import SYSTEM, ActorKind
from comptoir.accounts.models import User
from comptoir.core.db import execute
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.spreadsheet import book as spreadsheet
from comptoir.stock.arrivals import uploads
from comptoir.stock.arrivals.articles import arrange, resolve
from comptoir.stock.formats.lines import ArticleLine, RefusedLine, StockLine
from comptoir.stock.models import (
    Feed,
    KeptLine,
    Offer,
    Report,
    TillArticle,
    Upload,
    UploadPiece,
    UploadState,
)
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import preview_report, take_report
from comptoir.stock.shelf.ledger import sell
from tests.counter.conftest import browser_of
from tests.factories import ean, make_offer, make_product, make_shop, make_staff, staff_of
from tests.stock.feeds.spreadsheets import workbook

BASE = "/comptoir/pilori/inventaires"
BENCH = f"{BASE}/essai"


def ago(hours: float):
    return timezone.now() - timedelta(hours=hours)


def asc(*lines: tuple[str, int, int]) -> bytes:
    day = timezone.localdate().strftime("%d/%m/%Y")
    rows = [f"1234{code}{quantity:04}{price:010}" for code, quantity, price in lines]
    return "\r\n".join([f"EXTRACTION STOCK DU {day}", *rows, ""]).encode()


def drop(desk, content: bytes, name: str = "1234_ART.asc", **fields):
    file = SimpleUploadedFile(name, content)
    return desk.post(BENCH, {"file": file} | fields, follow=False)


@pytest.fixture
def shelf(shop):
    return [make_offer(shop=shop, on_hand=n, as_of=ago(30)) for n in (2, 3, 1)]


def test_dropped_read_looked_at_and_applied(desk, shop, shelf):
    new = make_product().ean
    content = asc((shelf[0].ean, 1, 1290), (shelf[1].ean, 3, 1500), (new, 4, 1290))
    where = drop(desk, content)["Location"]
    assert "data-progress" in desk.get(where).content.decode()
    assert desk.get(f"{where}/avancement").json() == {"percent": 0, "done": False}
    assert ProcrastinateJob.objects.filter(task_name__endswith="read_trial").count() == 1
    upload = uploads.read(Upload.objects.get().pk)
    assert (upload.state, upload.format, upload.read_bytes) == ("ready", "asc", len(content))
    page = desk.get(where, follow=True)
    text = page.content.decode()
    assert page.redirect_chain == [(f"{BASE}/{upload.report_id}", 302)]
    assert "Rien n’a encore changé" in text
    assert Offer.objects.get(pk=shelf[0].pk).on_hand == 2
    shown = desk.get(f"{BASE}/{upload.report_id}?voir=prices").content.decode()
    assert "15,00" in shown
    assert "12,90" in shown
    seen = page.context["verdict"].seen
    done = desk.post(f"{BASE}/{upload.report_id}/appliquer", {"seen": seen}, follow=True)
    assert "note--success" in done.content.decode()
    assert dict(Offer.objects.filter(shop=shop).values_list("ean", "on_hand")) == {
        shelf[0].ean: 1,
        shelf[1].ean: 3,
        shelf[2].ean: 0,
        new: 4,
    }
    assert not UploadPiece.objects.exists()
    assert not KeptLine.objects.exists()


def test_the_page_says_when_the_stock_moved_meanwhile(desk, shop, shelf, staff):
    where = drop(desk, asc((shelf[0].ean, 1, 1290)))["Location"]
    upload = uploads.read(Upload.objects.get().pk)
    seen = desk.get(where, follow=True).context["verdict"].seen
    sell(shop=shop, ean=shelf[0].ean, actor=staff.actor)
    done = desk.post(f"{BASE}/{upload.report_id}/appliquer", {"seen": seen}, follow=True)
    assert "entre-temps" in done.content.decode()


def test_discarded_nothing_is_left_but_its_history(desk, shelf):
    drop(desk, asc((shelf[0].ean, 1, 1290)))
    upload = uploads.read(Upload.objects.get().pk)
    desk.post(f"{BASE}/{upload.report_id}/ecarter")
    assert Report.objects.get().status == "discarded"
    assert not Upload.objects.exists()
    assert Offer.objects.get(pk=shelf[0].pk).on_hand == 2


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("stock.asc", b"hello", "EXTRACTION STOCK DU"),
        ("stock.asc", b"EXTRACTION STOCK DU 31/02/2026", "EXTRACTION"),
        ("holiday.jpg", b"\xff\xd8\xff\xe0", "format"),
    ],
)
def test_what_is_no_till_file_is_refused_with_its_reason(desk, shelf, name, content, told):
    where = drop(desk, content, name)["Location"]
    uploads.read(Upload.objects.get().pk)
    page = desk.get(where).content.decode()
    assert told in page
    assert "Rien n’a changé" in page
    assert not Report.objects.exists()


def test_a_file_that_was_told_wrong_is_read_again(desk, shelf):
    lines = f"ean;quantity\n{shelf[0].ean};5\n".encode()
    where = drop(desk, lines, "stock.csv", format="asc")["Location"]
    assert uploads.read(Upload.objects.get().pk).state == UploadState.FAILED
    desk.post(f"{where}/relire", {"format": "csv", "mode": "delta"})
    upload = uploads.read(Upload.objects.get().pk)
    assert (upload.state, upload.report.mode) == ("ready", "delta")
    desk.post(f"{where}/relire", {"format": "csv", "mode": "snapshot"})
    upload = uploads.read(Upload.objects.get().pk)
    assert [report.mode for report in Report.objects.all()] == ["snapshot"]


def test_stopped_while_it_is_read_it_leaves_nothing(desk, shelf, monkeypatch):
    drop(desk, asc((shelf[0].ean, 1, 1290)))
    upload = Upload.objects.get()
    monkeypatch.setattr(uploads, "_NOTED_EVERY_SECONDS", 0)
    note = uploads._note

    def stop_then_note(upload, **values):
        uploads.stop(upload, actor=SYSTEM)
        return note(upload, **values)

    monkeypatch.setattr(uploads, "_note", stop_then_note)
    assert uploads.read(upload.pk) is None
    assert not Report.objects.exists()
    assert not UploadPiece.objects.exists()


def test_a_job_whose_worker_died_is_done_again_once(desk, shelf):
    drop(desk, asc((shelf[0].ean, 1, 1290)))
    upload = Upload.objects.get()
    Upload.objects.update(state=UploadState.READING, read_bytes=7)
    assert uploads.read(upload.pk).state == UploadState.READY
    assert uploads.read(upload.pk).state == UploadState.READY
    assert Report.objects.count() == 1


def test_a_file_too_large_or_empty_is_refused_and_nothing_kept(shop):
    for name, chunks in (
        ("a.csv", [b"x" * 10_000_001] * 10),
        ("a.csv", []),
    ):
        with pytest.raises(Invalid):
            uploads.begin(shop=shop, actor=SYSTEM, file_name=name, chunks=chunks)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("suffix", ["xls", "xlsm", "xlsx", "xlsb", "ods"])
def test_the_bench_takes_a_spreadsheet_as_large_as_its_reader_does(shop, monkeypatch, suffix):
    monkeypatch.setattr(spreadsheet, "LARGEST_BYTES", 1000)
    name = f"a.{suffix}"
    with pytest.raises(Invalid) as refused:
        uploads.begin(shop=shop, actor=SYSTEM, file_name=name, chunks=[bytes(1001)])
    assert refused.value.code == "file_too_large"
    assert uploads.begin(shop=shop, actor=SYSTEM, file_name=name, chunks=[bytes(1000)]).size == 1000


def test_an_oversize_form_is_refused_unread(desk, shop):
    response = desk.generic(
        "POST",
        BENCH,
        b"",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH="200000000",
    )
    assert response.status_code == 413


def test_a_script_gets_its_answer_as_data(desk, shop):
    headers = {"Accept": "application/json"}
    none = desk.post(BENCH, {}, headers=headers)
    assert (none.status_code, none.json()) == (400, {"message": "Choisissez d’abord un fichier."})
    file = SimpleUploadedFile("a.csv", b"ean;quantity\n")
    told = desk.post(BENCH, {"file": file}, headers=headers)
    assert told.json() == {"url": f"{BENCH}/{Upload.objects.get().pk}"}


def test_too_many_files_in_an_hour_are_refused(desk, shop, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("comptoir.counter.uploads.UPLOADS_PER_HOUR", 2)
    for _each in range(3):
        drop(desk, b"ean;quantity\n", "a.csv")
    assert Upload.objects.count() == 2


def test_what_a_shop_leaves_undecided_is_bounded(shop, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNDECIDED", 2)
    for _each in range(2):
        uploads.begin(shop=shop, actor=SYSTEM, file_name="a.csv", chunks=[b"x"])
    with pytest.raises(Conflict):
        uploads.begin(shop=shop, actor=SYSTEM, file_name="a.csv", chunks=[b"x"])
    uploads.begin(shop=make_shop(), actor=SYSTEM, file_name="a.csv", chunks=[b"x"])


def test_another_shops_files_are_not_there(shop, desk, shelf):
    drop(desk, asc((shelf[0].ean, 1, 1290)))
    upload = uploads.read(Upload.objects.get().pk)
    stranger = browser_of(make_staff(make_shop(slug="autre")))
    theirs = "/comptoir/autre/inventaires"
    for path in (f"essai/{upload.pk}", f"essai/{upload.pk}/avancement", f"{upload.report_id}"):
        assert stranger.get(f"{theirs}/{path}").status_code == 404
    for path in (
        f"essai/{upload.pk}/arreter",
        f"essai/{upload.pk}/relire",
        f"{upload.report_id}/appliquer",
        f"{upload.report_id}/ecarter",
    ):
        assert stranger.post(f"{theirs}/{path}").status_code == 404
    assert stranger.get(f"{theirs}/{upload.report_id}/rapport.csv").status_code == 404
    assert Report.objects.get().status == "previewed"


def test_what_nobody_decides_is_forgotten_after_a_day(desk, shelf):
    drop(desk, asc((shelf[0].ean, 1, 1290)))
    uploads.read(Upload.objects.get().pk)
    assert uploads.erase_abandoned(now=timezone.now()) == 0
    assert uploads.erase_abandoned(now=timezone.now() + timedelta(hours=25)) == 1
    assert not Report.objects.exists()
    assert not UploadPiece.objects.exists()


def test_a_read_trial_is_not_stopped_but_decided(shop, shelf):
    upload = uploads.begin(shop=shop, actor=SYSTEM, file_name="a.asc", chunks=[asc()])
    uploads.read(upload.pk)
    with pytest.raises(Conflict):
        uploads.stop(upload, actor=SYSTEM)


def rows_of(response) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_report_has_every_line_and_no_formula(desk, shop, shelf):
    evil = make_product(title='=HYPERLINK("http://x")', byline="@cmd")
    lines = [RefusedLine(n, "bad_ean", "+why", f"-{n}") for n in range(2, 1502)]
    lines += [StockLine(9000, evil.ean, 1, 1990), StockLine(9001, ean(99_000_777), 2, None)]
    report = preview_report(
        Incoming(
            shop=shop,
            format="csv",
            mode="snapshot",
            as_of=ago(1),
            lines=lines,
            actor=staff_of(shop),
        )
    )
    rows = rows_of(desk.get(f"{BASE}/{report.pk}/rapport.csv", headers={"Accept-Language": "fr"}))
    kinds = [row["Quoi"] for row in rows]
    assert kinds.count("ligne refusée") == 1500
    assert kinds.count("disparaissent") == 3
    assert kinds.count("inconnus du catalogue") == 1
    assert kinds.count("à un autre prix que l’éditeur") == 1
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert '\'=HYPERLINK("http://x")' in cells


def test_the_report_of_an_applied_run_tells_what_it_did(desk, shop, shelf):
    lines = [StockLine(2, shelf[0].ean, 5, 1290)]
    report = take_report(
        Incoming(shop=shop, format="csv", mode="snapshot", as_of=ago(1), lines=lines, actor=SYSTEM)
    )
    rows = rows_of(desk.get(f"{BASE}/{report.pk}/rapport.csv", headers={"Accept-Language": "fr"}))
    done = [(row["Quoi"], row["Exemplaires avant"], row["Exemplaires après"]) for row in rows]
    assert sorted(done) == [
        ("augmentent", "2", "5"),
        ("disparaissent", "1", "0"),
        ("disparaissent", "3", "0"),
    ]


@pytest.fixture(autouse=True)
def no_jobs(db):
    execute("DELETE FROM procrastinate_jobs")


def test_columns_are_named_once_and_remembered(desk, shop, shelf):
    first, second = shelf[0].ean, shelf[1].ean
    table = f"Gencod;Titre;Nb;PV\n{first};A;7;8,40\n{second};B;2;9,00\n"
    where = drop(desk, table.encode("cp1252"), "export.csv")["Location"]
    upload = uploads.read(Upload.objects.get().pk)
    assert (upload.state, upload.format) == (UploadState.ASKING, "table")
    page = desk.get(where).content.decode()
    assert '<option value="Gencod" selected>' in page
    assert "8,40" in page
    desk.post(f"{where}/colonnes", {"column-ean": "Gencod"})
    assert Upload.objects.get().state == UploadState.ASKING
    desk.post(f"{where}/colonnes", {"column-ean": "Gencod", "column-quantity": "Gencod"})
    assert Upload.objects.get().state == UploadState.ASKING
    named = {"column-ean": "Gencod", "column-quantity": "Nb", "column-price": "PV"}
    desk.post(f"{where}/colonnes", named)
    upload = uploads.read(Upload.objects.get().pk)
    assert upload.state == UploadState.READY
    desk.post(f"{BASE}/{upload.report_id}/appliquer")
    assert Offer.objects.get(pk=shelf[0].pk).on_hand == 7
    drop(desk, table.replace(";7;", ";6;").encode(), "export.csv")
    upload = uploads.read(Upload.objects.get().pk)
    assert upload.state == UploadState.READY
    where = f"{BENCH}/{upload.pk}"
    desk.post(f"{where}/colonnes", {"ask": "1"})
    assert uploads.read(upload.pk).state == UploadState.ASKING


def test_the_sheet_is_chosen_once_and_remembered(desk, shop, shelf):
    titles = ["Gencod", "Titre", "Nb"]
    new, used = ([titles, [shelf[0].ean, "A", count]] for count in ("7", "5"))
    content = workbook({"Lisez-moi": [["Export"]], "Neuf": new, "Occasion": used})
    where = drop(desk, content, "export.xlsx")["Location"]
    upload = uploads.read(Upload.objects.get().pk)
    assert (upload.state, upload.columns["sheet"]) == (UploadState.ASKING, "Neuf")
    assert '<option value="Neuf" selected>' in desk.get(where).content.decode()
    named = {"column-ean": "Gencod", "column-quantity": "Nb"}
    # Another sheet: its columns are asked for first, whatever was said of the other's.
    desk.post(f"{where}/colonnes", named | {"column-sheet": "Occasion"})
    upload = uploads.read(upload.pk)
    assert (upload.state, upload.columns["sheet"]) == (UploadState.ASKING, "Occasion")
    assert upload.columns["samples"] == [[shelf[0].ean, "A", "5"]]
    desk.post(f"{where}/colonnes", named | {"column-sheet": "Occasion"})
    upload = uploads.read(upload.pk)
    desk.post(f"{BASE}/{upload.report_id}/appliquer")
    assert Offer.objects.get(pk=shelf[0].pk).on_hand == 5
    drop(desk, workbook({"Neuf": new, "Ailleurs": used}), "export.xlsx")
    upload = uploads.read(Upload.objects.get().pk)
    assert (upload.state, upload.columns["sheets"]) == (UploadState.ASKING, ["Neuf", "Ailleurs"])


def test_a_table_without_the_columns_named_asks_again(desk, shop, shelf):
    arrange(shop=shop, format="table", columns={"ean": "Gencod", "quantity": "Nb"}, actor=SYSTEM)
    drop(desk, f"Code barre;Qté\n{shelf[0].ean};7\n".encode(), "export.csv", format="table")
    upload = uploads.read(Upload.objects.get().pk)
    assert upload.state == UploadState.ASKING
    assert upload.columns["columns"] == {"ean": "Code barre", "quantity": "Qté"}


def test_an_article_of_the_till_is_named_by_scanning_it(desk, shop, offer):
    lines = [ArticleLine(2, "SKU-1", 3, name="Un livre à part")]
    list(resolve(shop, "shopify", lines))
    path = f"{BASE}/articles/shopify"
    assert "Un livre à part" in desk.get(path).content.decode()
    desk.post(path, {"item": "SKU-1", "ean": "123"})
    assert TillArticle.objects.get().ean == ""
    desk.post(path, {"item": "SKU-1", "ean": offer.ean})
    named = TillArticle.objects.get()
    assert (named.ean, named.actor_kind) == (offer.ean, ActorKind.USER)
    unknown, _title, known = desk.get(path).content.decode().partition("Déjà connus")
    assert "Un livre à part" not in unknown
    assert "Un livre à part" in known
    assert str(User.objects.get(pk=named.actor_id)) in known


def test_another_shop_touches_nothing_of_a_trial(desk, shop, shelf):
    drop(desk, f"Code barre;Qté\n{shelf[0].ean};7\n".encode(), "export.csv")
    upload = uploads.read(Upload.objects.get().pk)
    stranger = make_staff(make_shop()).actor
    named = {"ean": "Code barre", "quantity": "Qté"}
    for touch in (
        lambda: uploads.stop(upload, actor=stranger),
        lambda: uploads.read_again(upload, actor=stranger),
        lambda: uploads.name_columns(upload, named, actor=stranger),
        lambda: uploads.ask_columns(upload, actor=stranger),
    ):
        with pytest.raises(NotFound):
            touch()
    assert Upload.objects.filter(pk=upload.pk).exists()
    assert uploads.name_columns(upload, named, actor=SYSTEM).actor_kind == ActorKind.SYSTEM
    assert Feed.objects.get(shop=shop, format="table").actor_kind == ActorKind.SYSTEM
