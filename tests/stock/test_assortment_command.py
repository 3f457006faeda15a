"""The stock as a list, on the command line."""

import csv

import pytest
from click.testing import CliRunner

from comptoir.stock.assortment.table import COLUMNS
from comptoir.stock.commands import stock
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


def test_the_command_lists_what_the_counter_lists(tmp_path):
    shop = make_shop(slug="pilori")
    for title, copies in (("Zola", 1), ("Éluard", 3)):
        make_offer(shop=shop, product=make_product(title=title), on_hand=copies, price_cents=1000)
    run = CliRunner().invoke
    told = run(stock, ["list", "pilori"])
    assert told.exit_code == 0, told.output
    assert [line.split("\t")[1] for line in told.output.splitlines()[:2]] == ["Éluard", "Zola"]
    assert "40" in told.output.splitlines()[-1]
    assert len(run(stock, ["list", "pilori", "--most", "1"]).output.splitlines()) == 2
    file = tmp_path / "stock.csv"
    assert run(stock, ["list", "pilori", "--sort", "-copies", "--csv", str(file)]).exit_code == 0
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert [row[1] for row in rows[1:]] == ["Éluard", "Zola"]
    refused = run(stock, ["list", "pilori", "--silent", "500"])
    assert refused.exit_code == 1
    assert "bad_silent" in refused.output
