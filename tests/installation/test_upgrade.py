"""An upgrade under load: no request fails, on one node or on two behind a proxy."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg
import pytest

from comptoir.serve import birth
from tests.factories import make_offer
from tests.installation.copies import database, dump, restore
from tests.installation.nodes import Readers, Served, ask, ended, reading
from tests.installation.proxy import proxied
from tests.installation.versions import ROOT, unpack
from tests.patience import until
from tests.served import address_of
from tests.trials import SEED, tally

pytestmark = pytest.mark.django_db(transaction=True)
LONG = 240.0


class Stocked(NamedTuple):
    """A database with one title in one shop."""

    url: str
    shop: str
    product: str

    def keeps(self, readers: Readers) -> None:
        """Fail where a request failed, or where a reservation that was answered is not there."""
        assert readers.failed == []
        assert readers.placed
        with psycopg.connect(self.url) as mine:
            ((kept,),) = mine.execute("SELECT count(*) FROM orders_order").fetchall()
        assert kept == len(readers.placed)


@pytest.fixture
def stocked(tmp_path: Path) -> Iterator[Stocked]:
    offer = make_offer(on_hand=1000)
    dump(tmp_path / "stocked.dump")
    with database() as name:
        restore(tmp_path / "stocked.dump", name)
        yield Stocked(address_of(name), offer.shop.slug, offer.product.ref)


def installed(folder: Path) -> Path:
    """Return a place where this version is installed, to be changed."""
    shutil.copytree(ROOT / "comptoir", folder / "comptoir")
    return folder


def install(source: Path, file: str, old: str, new: str) -> None:
    """Change what is installed, as an upgrade does."""
    path = source / "comptoir" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_one_node_becomes_what_is_installed_and_no_request_fails(stocked: Stocked, tmp_path: Path):
    source = installed(tmp_path / "installed")
    node = Served(stocked.url, tmp_path / "var", source)
    with ended(node):
        node.start()
        # It forks: a thread would be lost, and a connection used by two.
        assert not birth.FORKS or psutil.Process(node.process.pid).num_threads() == 1
        before = {each.pid for each in node.children()}
        with reading(node.port, stocked.shop, stocked.product, seed=SEED) as readers:
            until(lambda: readers.placed)
            install(source, "config/health.py", 'else "ok"', 'else "renewed"')
            node.tell(signal.SIGHUP)
            until(lambda: json.loads(ask(node.port, "/healthz")[1])["status"] == "renewed", LONG)
            health: set[int] = set()

            def is_renewed() -> bool:
                health.add(ask(node.port, "/healthz")[0])
                return not before & {each.pid for each in node.children()}

            until(is_renewed, LONG)
            assert health == {200}  # a proxy that asks for it sends everybody here all the while
            until(lambda: len(node.children()) == len(before), LONG)
            # What cannot be started takes nothing over.
            install(source, "cli.py", '"""The `comptoir`', 'raise SystemExit(3)\n"""The `comptoir`')
            after = {each.pid for each in node.children()}
            node.tell(signal.SIGHUP)
            until(lambda: "the running version goes on" in node.log.read_text(), LONG)
            asked = readers.asked
            until(lambda: readers.asked > asked + 20)
            assert after <= {each.pid for each in node.children()}
        stocked.keeps(readers)
        leaves_in_good_order(node)


def leaves_in_good_order(node: Served) -> None:
    """Stop a node: it says so to who asks for its health, and answers others on the way out."""
    assert ask(node.port, "/")[::2] == (200, "")
    node.tell(signal.SIGTERM)
    until(lambda: ask(node.port, "/healthz")[0] == 503)
    assert b"leaving" in ask(node.port, "/healthz")[1]
    assert ask(node.port, "/")[::2] == (200, "close")
    node.tell(signal.SIGTERM)  # once is enough; twice, it waits no longer
    assert node.process is not None
    assert node.process.wait(LONG) == 0


def test_two_nodes_behind_a_proxy_are_upgraded_and_no_request_fails(
    stocked: Stocked, tmp_path: Path
):
    nodes = [Served(stocked.url, tmp_path / name) for name in ("a", "b")]
    with ended(*nodes), proxied(*(node.port for node in nodes)) as (port, proxy):
        for node in nodes:
            node.start()
        until(lambda: all(each.well for each in proxy.nodes))
        with reading(port, stocked.shop, stocked.product, seed=SEED) as readers:
            until(lambda: readers.placed)
            for node, seen in zip(nodes, proxy.nodes, strict=True):
                node.stop(lambda seen=seen: not seen.well)
                node.start()
                until(lambda seen=seen: seen.well, LONG)
        stocked.keeps(readers)
        # A control: where both are gone at once, readers notice.
        with reading(port, stocked.shop, stocked.product, seed=SEED) as unlucky:
            for node in nodes:
                node.tell(signal.SIGINT)
            until(lambda: unlucky.failed)


@pytest.mark.skipif("COMPTOIR_BEFORE" not in os.environ, reason="COMPTOIR_BEFORE names no version")
def test_two_nodes_are_upgraded_from_a_version_of_long_ago(tmp_path: Path):
    """By hand: from any commit (`COMPTOIR_BEFORE`), which makes the database, to this one."""
    source = unpack(os.environ["COMPTOIR_BEFORE"], tmp_path / "before")
    with database() as name:
        nodes = [Served(address_of(name), tmp_path / each, source) for each in ("a", "b")]
        words = [sys.executable, "-c", STOCK]
        environment = {**nodes[0].environment, "PYTHONPATH": str(source)}
        made = subprocess.run(words, cwd=source, env=environment, check=True, capture_output=True)
        stocked = Stocked(address_of(name), *made.stdout.decode().split()[-2:])
        with ended(*nodes), proxied(*(node.port for node in nodes)) as (port, proxy):
            for node in nodes:
                node.start()
            until(lambda: all(each.well for each in proxy.nodes), LONG)
            with reading(port, stocked.shop, stocked.product, seed=SEED) as readers:
                until(lambda: readers.placed)
                for node, seen in zip(nodes, proxy.nodes, strict=True):
                    node.tell(signal.SIGTERM)
                    node.process.wait(LONG)
                    node.source = ROOT
                    node.start()
                    until(lambda seen=seen: seen.well, LONG)
            tally("requests asked during an upgrade", readers.asked)
            stocked.keeps(readers)


STOCK = """
from comptoir.cli import prepare
prepare()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from tests.factories import make_offer
offer = make_offer(on_hand=1000)
print(offer.shop.slug, offer.product.ref)
"""
