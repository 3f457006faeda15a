"""`/metrics`: told to who runs the installation, and all that the dashboard and the alerts name."""

import json
import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families as parsed

from comptoir.config.gauges import IN_DATABASE
from comptoir.core.db import execute, fetch
from comptoir.core.watch import folder, numbers
from comptoir.notifications.models import Message
from comptoir.orders.errors import CopiesGone
from comptoir.orders.operations import place
from comptoir.search import builder
from tests.factories import make_offer, make_shop, request_for, staff_of, take_file

WATCH = Path(__file__).parents[2] / "deploy" / "watch"
pytestmark = pytest.mark.django_db(transaction=True)
HERE = {"SERVER_NAME": "localhost"}


@pytest.fixture
def told(settings, tmp_path):
    """Return the function that gives every sample by its name and labels."""
    settings.VAR = tmp_path
    builder.rebuild()

    def told() -> dict[tuple[str, frozenset], float]:
        answer = Client(**HERE).get("/metrics")
        assert answer.status_code == 200
        families = parsed(answer.content.decode())
        samples = [sample for family in families for sample in family.samples]
        return {(s.name, frozenset(s.labels.items())): s.value for s in samples}

    return told


def of(found, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


def test_only_who_runs_the_installation_is_told(settings, told) -> None:
    assert Client().get("/metrics").status_code == 404
    behind = {"headers": {"X-Forwarded-For": "192.0.2.1"}, **HERE}
    assert Client(**behind).get("/metrics").status_code == 404
    settings.STATUS_TOKEN = "a-token-of-the-operator"
    token = {"headers": {"Authorization": "Bearer a-token-of-the-operator"}}
    assert Client(**token).get("/metrics").status_code == 200
    assert Client(headers={"Authorization": "Bearer wrong"}).get("/metrics").status_code == 404


def test_requests_are_counted_by_route_and_never_by_address(told) -> None:
    shop = make_shop(slug="pilori")
    labels = {"route": "boutiques/<slug:slug>", "method": "GET", "status": "2xx"}
    before = of(told(), "comptoir_request_seconds_count", **labels)
    Client().get(f"/boutiques/{shop.slug}")
    Client().get("/no-such-page/with-a-secret")
    Client().generic("INVENTED", "/boutiques")
    found = told()
    assert of(found, "comptoir_request_seconds_count", **labels) == before + 1
    words = "".join(f"{name} {labels}" for name, labels in found)
    assert "with-a-secret" not in words
    assert "INVENTED" not in words


def test_reservations_and_refusals_are_counted(told) -> None:
    offer, before = make_offer(on_hand=1), told()
    request = request_for(offer, trusted=True)
    place(request)
    with pytest.raises(CopiesGone):
        place(request_for(offer, trusted=True))
    found = told()
    channel = {"channel": request.channel}
    for name, labels in (
        ("comptoir_orders_placed_total", channel),
        ("comptoir_orders_refused_total", {"code": "copies_gone"}),
    ):
        assert of(found, name, **labels) == of(before, name, **labels) + 1
    assert of(found, "comptoir_orders_open", status="placed") == 1


def test_tills_jobs_and_mails_are_told(told) -> None:
    shop = make_shop(slug="pilori")
    offer = make_offer(shop=shop)
    content = f"ean;quantity\n{offer.product.ean};2\n".encode()
    take_file(shop=shop, stream=BytesIO(content), actor=staff_of(shop), format="csv")
    place(request_for(offer, trusted=True))
    found = told()
    age = ("comptoir_till_report_age_seconds", frozenset({("shop", "pilori"), ("format", "csv")}))
    assert found[age] >= 0
    assert of(found, "comptoir_reports_day", status="applied") == 1
    assert of(found, "comptoir_jobs", queue="mail", status="todo") >= 1
    Message.objects.update(failing_since=timezone.now())
    assert of(told(), "comptoir_mails_not_left", status="queued") == 1
    assert of(found, "comptoir_database_bytes") > 1_000_000


@pytest.mark.parametrize(
    ("gauge", "table"),
    [
        ("comptoir_orders_open", "orders_order"),
        ("comptoir_mails_not_left", "notifications_message"),
        ("comptoir_outbox_oldest_seconds", "core_outbox"),
    ],
)
def test_no_table_that_grows_for_years_is_read_whole(gauge, table) -> None:
    (asked,) = (each for each in IN_DATABASE if each.name == gauge)
    with transaction.atomic():
        # Where an index can answer, no table is read whole, however small it is here.
        execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(line for (line,) in fetch(f"EXPLAIN {asked.sql}"))
    assert f" on {table}" in plan
    assert "Seq Scan" not in plan


def test_without_a_database_the_rest_is_told(told, monkeypatch) -> None:
    assert of(told(), "comptoir_database_bytes") > 0
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    connection.close()
    found = told()
    assert ("comptoir_able", frozenset()) in found
    assert of(found, "comptoir_able") == 0
    assert of(found, "comptoir_disk_free_bytes") > 0
    assert of(found, "comptoir_database_bytes") == 0


_COUNTS = "from comptoir.core.watch.numbers import MAILS; MAILS.labels('sent').inc(3)"


def test_the_processes_of_a_node_add_up(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(folder.FOLDER, "unset")
    folder.begin_anew(tmp_path)
    for _each in range(2):
        subprocess.run([sys.executable, "-c", _COUNTS], check=True, env=dict(os.environ))
    (sample,) = (
        sample
        for family in numbers.counted().collect()
        for sample in family.samples
        if sample.name == "comptoir_mails_total"
    )
    assert (sample.labels, sample.value) == ({"result": "sent"}, 6.0)
    folder.begin_anew(tmp_path)
    assert not [s for family in numbers.counted().collect() for s in family.samples]


def test_the_dashboard_and_the_alerts_name_what_is_told(told) -> None:
    shop = make_shop()
    offer = make_offer(shop=shop, on_hand=1)
    content = f"ean;quantity\n{offer.product.ean};1\n".encode()
    take_file(shop=shop, stream=BytesIO(content), actor=staff_of(shop), format="csv")
    place(request_for(offer, trusted=True))
    known = {re.sub(r"_(total|bucket|count|sum|created)$", "", name) for name, _labels in told()}
    known |= {metric.describe()[0].name for metric in COUNTERS}
    known |= {"comptoir_jobs_oldest_seconds", "comptoir_webhooks_lag_seconds", "comptoir_pool"}
    dashboard = json.loads((WATCH / "dashboard.json").read_text(encoding="utf-8"))
    asked = [each["expr"] for panel in dashboard["panels"] for each in panel["targets"]]
    asked += re.findall(r"comptoir_.*", (WATCH / "alerts.yml").read_text(encoding="utf-8"))
    named = {name for text in asked for name in re.findall(r"\bcomptoir_[a-z_]+", text)}
    named = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in named}
    assert named - known == set()
    assert known - named <= {"comptoir_info", "comptoir_warnings", "comptoir_mails_not_left"} | {
        "comptoir_jobs",
        "comptoir_outbox_oldest_seconds",
    }


COUNTERS = (numbers.REQUESTS, numbers.TURNED_AWAY, numbers.PLACED, numbers.REFUSED, numbers.MAILS)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool (prometheus) is not installed")
def test_prometheus_reads_the_alerts() -> None:
    done = subprocess.run(
        ["promtool", "check", "rules", WATCH / "alerts.yml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
