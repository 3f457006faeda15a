"""Importing files end to end."""

import csv
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from bench.onix import write_onix
from comptoir.catalogue.errors import BadFile
from comptoir.catalogue.models import Product, ProductState
from comptoir.catalogue.operations import ImportSummary, import_file
from comptoir.core.models import OutboxEntry
from tests.catalogue import files
from tests.catalogue.files import EAN, OTHER_EAN, onix, product, release, title, write
from tests.factories import ean

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path):
    def take(path: Path, **options) -> ImportSummary:
        return import_file(path=path, reports=tmp_path / "reports", **options)

    return take


def counts(summary: ImportSummary) -> tuple[int, ...]:
    taken = summary.taken
    return (
        summary.read,
        taken.new,
        taken.changed,
        taken.unchanged,
        taken.withdrawn,
        taken.outdated,
        summary.refused,
    )


TWO = onix(product(EAN), product(OTHER_EAN))


@pytest.mark.parametrize("make", [files.write, files.gzipped, files.zipped])
def test_plain_gzip_and_zip(tmp_path, take, make):
    summary = take(make(tmp_path, TWO))
    assert counts(summary) == (2, 2, 0, 0, 0, 0, 0)
    assert (summary.formats, summary.report) == (["onix"], None)
    assert set(Product.objects.listed().values_list("ean", flat=True)) == {EAN, OTHER_EAN}


def test_an_archive_may_hold_several_files(tmp_path, take):
    path = files.zipped(tmp_path, TWO, f"<releases>{release(12)}</releases>")
    summary = take(path)
    assert counts(summary)[:2] == (3, 3)
    assert summary.formats == ["onix", "discogs"]


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        f"<releases>{release(12)}{release(13, barcode='3252419122256')}</releases>",
        files.titelive(EAN) + files.titelive(OTHER_EAN),
        f"ean;title\n{EAN};La crue\n{OTHER_EAN};Le pont\n",
        onix(product(EAN), product(EAN, titles=title("Another")), product(OTHER_EAN)),
    ],
)
def test_importing_again_changes_nothing(tmp_path, take, text):
    path = write(tmp_path, text)
    take(path, batch_size=1)
    before = list(Product.objects.order_by("pk").values())
    OutboxEntry.objects.all().delete()
    summary = take(path, batch_size=1)
    assert (summary.taken.new, summary.taken.changed) == (0, 0)
    assert list(Product.objects.order_by("pk").values()) == before
    assert not OutboxEntry.objects.exists()


def test_an_older_file_never_overwrites_a_newer(tmp_path, take):
    newer = write(tmp_path, onix(product(EAN, titles=title("Newer")), sent="20260202"), "b.xml")
    older = write(
        tmp_path, onix(product(EAN, titles=title("Older")), sent="20260201T2359"), "a.xml"
    )
    take(newer)
    assert counts(take(older)) == (1, 0, 0, 0, 0, 1, 0)
    assert Product.objects.get().title == "Newer"


def test_a_file_that_tells_no_moment_has_that_of_its_date_or_the_one_given(tmp_path, take):
    path = write(tmp_path, f"ean;title\n{EAN};La crue\n")
    given = datetime(2025, 5, 5, tzinfo=UTC)
    take(path, as_of=given)
    assert Product.objects.get().notice_at == given
    take(path)
    assert Product.objects.get().notice_at == datetime.fromtimestamp(path.stat().st_mtime, UTC)


def test_a_clock_in_the_future_does_not_shut_out_what_follows(tmp_path, take):
    take(write(tmp_path, onix(product(EAN), sent="20990101")))
    assert Product.objects.get().notice_at <= datetime.now(UTC)


def test_a_deletion_withdraws(tmp_path, take):
    take(write(tmp_path, TWO))
    deletion = write(tmp_path, onix(files.delete(EAN), sent="20260106"), "deletion.xml")
    assert counts(take(deletion)) == (1, 0, 0, 0, 1, 0, 0)
    assert Product.objects.get(ean=EAN).state == ProductState.WITHDRAWN
    assert Product.objects.get(ean=OTHER_EAN).state == ProductState.LISTED


def test_what_is_refused_is_told_in_a_report_that_no_spreadsheet_runs(tmp_path, take):
    evil = product("9782070000001").replace("org.example.", "=cmd|' /C calc'!A0")
    summary = take(write(tmp_path, onix(evil, product(EAN))))
    assert counts(summary) == (2, 1, 0, 0, 0, 0, 1)
    with summary.report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    (row,) = rows
    assert (row["file"], row["place"], row["code"]) == ("catalogue.xml", "1", "bad_ean")
    assert row["reference"].startswith("'=cmd")
    assert "9782070000001" in row["reason"]


def test_a_price_that_is_none_leaves_the_price_as_it_was(tmp_path, take):
    head = "ean;title;price\n"
    take(write(tmp_path, f"{head}{EAN};La crue;12,90\n", "a.csv"))
    summary = take(write(tmp_path, f"{head}{EAN};La grande crue; - € \n{OTHER_EAN};X;?\n", "b.csv"))
    assert (counts(summary), summary.remarked) == ((2, 1, 1, 0, 0, 0, 0), 2)
    assert Product.objects.get(ean=EAN).title == "La grande crue"
    prices = dict(Product.objects.values_list("ean", "list_price_cents"))
    assert prices == {EAN: 1290, OTHER_EAN: None}
    with summary.report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["place"], row["status"]) for row in rows] == [("2", "remark"), ("3", "remark")]
    again = take(write(tmp_path, f"{head}{EAN};La grande crue;12,90\n", "c.csv"))
    assert counts(again) == (1, 0, 0, 1, 0, 0, 0)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(tmp_path, take):
    take(write(tmp_path, TWO))
    other = product(OTHER_EAN, titles=title("Un autre"))
    path = write(tmp_path, onix(product(EAN), other, product(ean(1)), sent="20260301"), "b.xml")
    before = list(Product.objects.order_by("pk").values()), OutboxEntry.objects.count()
    foreseen = take(path, dry_run=True, batch_size=2)
    after = list(Product.objects.order_by("pk").values()), OutboxEntry.objects.count()
    assert after == before
    assert counts(foreseen) == counts(take(path, batch_size=2))


def test_a_dry_run_writes_what_would_be_refused(tmp_path, take):
    summary = take(write(tmp_path, onix(product("9782070000001"))), dry_run=True)
    assert (summary.refused, Product.objects.count()) == (1, 0)
    assert "bad_ean" in summary.report.read_text("utf-8-sig")


def test_a_file_cut_short_keeps_what_was_read_and_takes_the_rest_once_mended(tmp_path, take):
    whole = onix(*(product(ean(71_000_000 + n)) for n in range(5)))
    path = write(tmp_path, whole[: whole.rindex("<DescriptiveDetail")])
    with pytest.raises(BadFile) as caught:
        take(path, batch_size=3)
    assert caught.value.code == "cut_short"
    assert counts(caught.value.summary)[:2] == (4, 4)
    assert Product.objects.count() == 4
    assert counts(take(write(tmp_path, whole))) == (5, 1, 0, 4, 0, 0, 0)


def test_a_damaged_gzip_keeps_what_was_read(tmp_path, take):
    path = files.gzipped(tmp_path, onix(*(product(ean(72_000_000 + n)) for n in range(3_000))))
    path.write_bytes(path.read_bytes()[:-2_000])
    with pytest.raises(BadFile) as caught:
        take(path, batch_size=500)
    assert caught.value.code == "damaged_archive"
    assert 0 < Product.objects.count() == caught.value.summary.read < 3_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04 no zip at all", "damaged_archive"),
        (b"\x1f\x8b no gzip at all", "damaged_archive"),
        (b"\x00\x01\x02", "unknown_format"),
    ],
)
def test_what_is_no_catalogue_is_refused(tmp_path, take, content, code):
    with pytest.raises(BadFile) as caught:
        take(write(tmp_path, content))
    assert caught.value.code == code
    assert caught.value.summary.read == 0


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, take, kind):
    head = onix(product(EAN)).removesuffix("</ONIXMessage>")
    size = 60_000_000
    path = tmp_path / f"bomb.{kind}"
    if kind == "zip":
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("x.xml", "w") as file,
        ):
            _fill(file, head, size)
    else:
        import gzip

        with gzip.open(path, "wb", compresslevel=6) as file:
            _fill(file, head, size)
    assert path.stat().st_size < size / 500
    with pytest.raises(BadFile) as caught:
        take(path)
    assert caught.value.code == "archive_bomb"


def _fill(file, head: str, size: int) -> None:
    file.write(head.encode())
    for _ in range(size // 1_000_000):
        file.write(product(OTHER_EAN).encode() + b"<!--" + b"x" * 1_000_000 + b"-->")


def test_stopping_between_batches_and_taking_the_rest(tmp_path, take):
    path = write(tmp_path, onix(*(product(ean(73_000_000 + n)) for n in range(6))))
    told: list[tuple[int, int]] = []
    summary = take(
        path, batch_size=2, progress=lambda *now: told.append(now), stop=lambda: len(told) == 2
    )
    assert summary.interrupted
    assert counts(summary)[:2] == (4, 4)
    assert [records for _bytes, records in told] == [2, 4]
    assert counts(take(path)) == (6, 2, 0, 4, 0, 0, 0)


def test_reports_go_to_var_unless_told_otherwise(tmp_path):
    summary = import_file(path=write(tmp_path, onix(product("9782070000001"))))
    assert summary.report.parent == settings.VAR / "reports"


GROWTH = """
import re, resource, sys, django
django.setup()
from pathlib import Path
from comptoir.catalogue.sources import safe_xml, source_of
from comptoir.catalogue.sources.document import open_documents
def peak():
    try:
        # On Linux ru_maxrss begins at the peak of the process that forked this one.
        return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if sys.argv[1] == "keep":
    safe_xml._forget = lambda element: None
for path in sys.argv[2:]:
    for document, _position in open_documents(Path(path)):
        for _record in source_of(document).read(document):
            pass
    print(peak())
"""


@pytest.mark.parametrize(("forget", "flat"), [("forget", True), ("keep", False)])
def test_memory_does_not_grow_with_the_file(tmp_path, forget, flat):
    """Twenty times the records, the same peak; the control forgets no record, and grows."""
    paths = []
    for count in (150, 3_000):
        paths.append(tmp_path / f"{count}.xml")
        write_onix(paths[-1], first=0, count=count)
    command = [sys.executable, "-c", GROWTH, forget, *map(str, paths)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    small, large = map(int, found.stdout.split())
    assert (large - small < 8_000) is flat


def test_a_number_of_one_shop_only_names_no_title(tmp_path, take):
    own = "2000000000015"
    table = f"ean;reference;title\n{own};;Carnet\n{own};R-1;Agenda\n{EAN};;Le Horla\n"
    summary = take(write(tmp_path, table, "catalogue.csv"))
    assert counts(summary) == (3, 2, 0, 0, 0, 0, 1)
    with summary.report.open(encoding="utf-8-sig", newline="") as report:
        (refused,) = csv.DictReader(report, delimiter=";")
    assert (refused["reference"], refused["code"]) == (own, "own_number")
    assert set(Product.objects.values_list("ean", "title")) == {(None, "Agenda"), (EAN, "Le Horla")}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<?xml version="1.0"?>\n<masters><master id="1"/></masters>', "masters"),
        (b"UNB+UNOC:3+A+B+1:2+R'UNH+1+ORDRSP:D:96A:UN'", "an order acknowledgement"),
        (b"GLN;Distributeur;Ville\n3012345600015;Clain;Poitiers\n", "a list of distributors"),
    ],
)
def test_a_file_of_another_kind_is_called_that(tmp_path, take, content, kind):
    with pytest.raises(BadFile) as caught:
        take(write(tmp_path, content))
    with override("en"):
        assert (caught.value.code, kind in str(caught.value)) == ("unknown_format", True)
