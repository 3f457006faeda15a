"""The migration that gives each shop its own articles, on a dump of a version that shared them.

`dumps/own_numbers.sql.gz` was made at commit 4f3d21a, through that version's own code:
`dumps/own_numbers.py.txt` makes it again, and says what is in it.
"""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from comptoir.core.identifiers import parse_ean

DUMP = Path(__file__).parent / "dumps" / "own_numbers.sql.gz"
NOTEBOOK, POSTCARD, UNTITLED = "2000000000015", "2000000000022", "2000000000039"
FROM_DISCOGS, EIGHT = "2000000000046", "20000011"
DATABASE = "own_numbers_apart"


def comptoir(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command on another database."""
    return subprocess.run(
        [sys.executable, "-m", "comptoir", *words],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def migrated() -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to the dumped database, brought to this version."""
    values = conninfo_to_dict(os.environ["DATABASE_URL"])
    server = make_conninfo(**values | {"dbname": "postgres"})
    url = make_conninfo(**values | {"dbname": DATABASE})
    with psycopg.connect(server, autocommit=True) as maker:
        maker.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        maker.execute(f"CREATE DATABASE {DATABASE}")
        try:
            with psycopg.connect(url, autocommit=True) as loader:
                loader.execute(gzip.decompress(DUMP.read_bytes()))
            done = comptoir(url, "django", "migrate")
            assert done.returncode == 0, done.stderr
            checked = comptoir(url, "check")
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("SET search_path TO public")
                assert checked.returncode == 0, checked.stdout + checked.stderr
                yield connection
        finally:
            maker.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def rows(connection: psycopg.Connection[Any], sql: str, *params: object) -> list[tuple[Any, ...]]:
    return connection.execute(sql, params).fetchall()


OFFERS = """
SELECT s.slug, o.copy_ref, o.ean, p.ean, p.source, p.source_ref = s.id || ':' || %s, p.title,
       p.state, o.on_hand, o.held
FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id JOIN shops_shop s
     ON s.id = o.shop_id
WHERE p.source_ref LIKE '%%:' || %s ORDER BY s.slug, o.copy_ref
"""


def offers(connection: psycopg.Connection[Any], number: str) -> list[tuple[Any, ...]]:
    return rows(connection, OFFERS, number, number)


def test_each_shop_has_its_own_article_and_the_title_is_the_typer_s(migrated):
    own = (NOTEBOOK, None, "till", True)
    assert offers(migrated, NOTEBOOK) == [
        ("a", "", *own, "", "unknown", 3, 1),
        ("b", "", *own, "Occasion polar", "listed", 1, 1),
        ("b", "B1", None, *own[1:], "Occasion polar", "listed", 1, 0),
    ]


def test_what_one_shop_has_alone_keeps_its_title(migrated):
    own = (POSTCARD, None, "till", True, "Carte postale", "listed")
    assert offers(migrated, POSTCARD) == [
        ("a", "", *own, 9, 1),
        ("a", "A1", None, *own[1:], 1, 0),
    ]


def test_what_nobody_titled_is_split_too(migrated):
    own = (UNTITLED, None, "till", True, "", "unknown")
    assert offers(migrated, UNTITLED) == [("a", "", *own, 2, 0), ("b", "", *own, 1, 0)]


def test_eight_digits_are_kept_as_eight(migrated):
    assert offers(migrated, EIGHT) == [("a", "", EIGHT, None, "till", True, "", "unknown", 7, 0)]
    assert rows(migrated, "SELECT ean FROM stock_countscan ORDER BY key") == [
        (NOTEBOOK,),
        (EIGHT,),
    ]


def test_a_supplier_s_release_keeps_its_title_and_its_copies(migrated):
    ((ean, title, state),) = rows(
        migrated, "SELECT ean, title, state FROM catalogue_product WHERE source = 'discogs'"
    )
    assert (ean, title, state) == (None, "Ar Mor", "listed")
    assert rows(
        migrated,
        "SELECT s.slug, o.copy_ref, o.ean FROM stock_offer o"
        " JOIN catalogue_product p ON p.id = o.product_id JOIN shops_shop s ON s.id = o.shop_id"
        " WHERE p.source = 'discogs'",
    ) == [("c", "C1", None)]
    own = (FROM_DISCOGS, None, "till", True, "", "unknown")
    assert offers(migrated, FROM_DISCOGS) == [("a", "", *own, 5, 0)]


def test_movements_and_order_lines_went_with_their_offers(migrated):
    assert rows(
        migrated,
        "SELECT s.slug, sum(m.delta)::int, count(*) FROM stock_stockmovement m"
        " JOIN stock_offer o ON o.id = m.offer_id JOIN shops_shop s ON s.id = o.shop_id"
        " WHERE o.ean = %s GROUP BY s.slug ORDER BY s.slug",
        NOTEBOOK,
    ) == [("a", 3, 2), ("b", 1, 1)]
    assert rows(
        migrated,
        "SELECT s.slug, p.source_ref LIKE s.id || ':%%', l.title, l.status"
        " FROM orders_orderline l JOIN orders_order r ON r.id = l.order_id"
        " JOIN shops_shop s ON s.id = r.shop_id JOIN catalogue_product p ON p.id = l.product_id"
        " ORDER BY l.id",
    ) == [
        ("a", True, "Occasion polar", "held"),
        ("b", True, "Occasion polar", "held"),
        ("a", True, "Carte postale", "held"),
        ("c", True, "Occasion polar", "to_order"),
    ]
    assert not rows(
        migrated,
        "SELECT FROM orders_orderline l JOIN stock_offer o ON o.id = l.offer_id"
        " WHERE o.product_id <> l.product_id",
    )


def test_what_was_shared_names_nothing_any_more(migrated):
    left = rows(
        migrated,
        "SELECT id, ean, state, title FROM catalogue_product WHERE source = 'replaced'",
    )
    assert len(left) == 4
    assert {row[1:] for row in left} == {(None, "unknown", "")}
    for table in ("stock_offer", "orders_orderline", "stock_keptline", "stock_askedfor"):
        assert not rows(
            migrated,
            f"SELECT FROM {table} WHERE product_id = ANY(%s)",
            [key for key, *_ in left],
        )


def test_the_rest_is_as_it_was(migrated):
    assert rows(
        migrated,
        "SELECT s.slug, o.on_hand FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id"
        " JOIN catalogue_product p ON p.id = o.product_id WHERE p.ean = '9782070612369'"
        " ORDER BY s.slug",
    ) == [("a", 3), ("b", 2), ("c", 1)]
    assert rows(migrated, "SELECT count(*) FROM stock_keptline") == [(2,)]
    # Readers asked for the title that B had typed.
    assert rows(
        migrated,
        "SELECT s.slug FROM stock_askedfor a JOIN catalogue_product p ON p.id = a.product_id"
        " JOIN shops_shop s ON p.source_ref LIKE s.id || ':%%'",
    ) == [("b",)]


def test_the_demonstration_s_records_stay_the_same_in_every_shop(migrated):
    ((ean,),) = rows(migrated, "SELECT ean FROM catalogue_product WHERE demo")
    assert ean.startswith("952000000123")
    assert parse_ean(ean) == ean
    assert rows(
        migrated, "SELECT on_hand FROM stock_offer WHERE ean = %s ORDER BY on_hand", ean
    ) == [(1,), (2,)]


def test_the_followers_are_told(migrated):
    untold = rows(
        migrated,
        "SELECT p.id FROM catalogue_product p WHERE p.source IN ('till', 'replaced')"
        " AND NOT EXISTS (SELECT FROM core_outbox e WHERE e.topic = 'product' AND e.key = p.id)",
    )
    assert not untold
