"""What each verb of the stock asks of its actor."""

import io
from dataclasses import replace

from django.utils import timezone

from comptoir.shops.operations import SettingsChange
from comptoir.shops.operations.scope import Verb
from comptoir.stock.assortment.request import AssortmentRequest
from comptoir.stock.copies.operations import TypedTitle
from comptoir.stock.counts.operations import Scan
from tests.verbs.rows import of, on_copy, on_offer, on_shop
from tests.verbs.world import DETAILS, incoming

VERBS = dict(
    [
        of("stock.shelf.ledger.change_settings", Verb.CHANGE_SHOP,
           on_shop(change=SettingsChange(safety_stock=1))),
        of("stock.shelf.ledger.sell", Verb.MOVE_STOCK, on_offer()),
        of("stock.shelf.ledger.receive", Verb.MOVE_STOCK, on_offer()),
        of("stock.shelf.ledger.set_count", Verb.MOVE_STOCK, on_offer(count=3)),
        of("stock.reports.operations.take_report", Verb.REPORT_STOCK,
           lambda f, w, actor: f(incoming(w.shop, actor))),
        of("stock.reports.operations.preview_report", Verb.REPORT_STOCK,
           lambda f, w, actor: f(incoming(w.shop, actor))),
        of("stock.reports.operations.apply_report", Verb.DECIDE_REPORT,
           lambda f, w, actor: f(report=w.report, actor=actor)),
        of("stock.reports.operations.discard_report", Verb.DECIDE_REPORT,
           lambda f, w, actor: f(report=w.report, actor=actor)),
        of("stock.arrivals.articles.name_article", Verb.DESCRIBE_TILL,
           on_shop(format="square", item="A", ean="9782070612369")),
        of("stock.arrivals.articles.title_article", Verb.DESCRIBE_TILL,
           on_shop(number="2000000000015", title="Carnet", byline="", kind="other")),
        of("stock.arrivals.articles.load_articles", Verb.DESCRIBE_TILL,
           lambda f, w, actor: f(
               shop=w.shop, format="square", stream=io.BytesIO(b"item;ean\n"), actor=actor)),
        of("stock.arrivals.articles.arrange", Verb.DESCRIBE_TILL,
           on_shop(format="csv", shop_code="12")),
        of("stock.arrivals.calls.link_till", Verb.LINK_TILL, on_shop(provider="square")),
        of("stock.arrivals.calls.unlink_till", Verb.LINK_TILL, on_shop(provider="square")),
        of("stock.arrivals.calls.links_of", Verb.READ_COUNTER, on_shop()),
        of("stock.arrivals.pulls.set_pull", Verb.LINK_TILL,
           on_shop(url="https://example.org/b.csv", every_minutes=60)),
        of("stock.arrivals.pulls.end_pull", Verb.LINK_TILL,
           on_shop(url="https://example.org/a.csv")),
        of("stock.arrivals.pulls.pulls_of", Verb.READ_COUNTER, on_shop()),
        of("stock.arrivals.silence.retire_feed", Verb.RETIRE_TILL,
           lambda f, w, actor: f(
               shop=w.shop, feed_id=w.feed.pk, actor=actor, now=timezone.now())),
        of("stock.arrivals.uploads.begin", Verb.UPLOAD_FILE,
           on_shop(file_name="a.csv", chunks=[b"ean;quantity\n"])),
        of("stock.arrivals.uploads.stop", Verb.UPLOAD_FILE,
           lambda f, w, actor: f(w.upload, actor=actor)),
        of("stock.arrivals.uploads.read_again", Verb.UPLOAD_FILE,
           lambda f, w, actor: f(w.upload, actor=actor)),
        of("stock.arrivals.uploads.name_columns", Verb.DESCRIBE_TILL,
           lambda f, w, actor: f(w.upload, {"ean": "A", "quantity": "B"}, actor=actor)),
        of("stock.arrivals.uploads.ask_columns", Verb.DESCRIBE_TILL,
           lambda f, w, actor: f(w.upload, actor=actor)),
        of("stock.copies.operations.enter_copy", Verb.SELL_COPIES,
           lambda f, w, actor: f(
               shop=w.shop, product_id=w.offer.product_id, details=DETAILS, actor=actor,
               ref="C2")),
        of("stock.copies.operations.enter_unknown_copy", Verb.SELL_COPIES,
           on_shop(title=TypedTitle("Blue", "A", "record"), details=DETAILS, ref="C3")),
        of("stock.copies.operations.change_copy", Verb.SELL_COPIES,
           on_copy(details=replace(DETAILS, price_cents=600))),
        of("stock.copies.operations.sell_copy", Verb.SELL_COPIES, on_copy()),
        of("stock.copies.operations.withdraw_copy", Verb.SELL_COPIES, on_copy()),
        of("stock.copies.operations.see_copy", Verb.SELL_COPIES, on_copy()),
        of("stock.counts.corrections.corrections_of", Verb.COUNT_STOCK, on_shop()),
        of("stock.counts.corrections.tick_off", Verb.COUNT_STOCK,
           lambda f, w, actor: f(shop=w.shop, offer_id=w.offer.pk, newest=0, actor=actor)),
        of("stock.counts.operations.start_count", Verb.COUNT_STOCK,
           on_shop(name="B", whole=False)),
        of("stock.counts.operations.take_scans", Verb.COUNT_STOCK,
           lambda f, w, actor: f(
               session=w.count, scans=[Scan("a", w.offer.product.ean)], actor=actor)),
        of("stock.counts.operations.discard_count", Verb.COUNT_STOCK,
           lambda f, w, actor: f(session=w.count, actor=actor)),
        of("stock.counts.steps.begin_applying", Verb.COUNT_STOCK,
           lambda f, w, actor: f(session=w.count, zero_rest=False, actor=actor)),
        of("stock.assortment.reads.total", Verb.READ_COUNTER,
           on_shop(request=AssortmentRequest())),
        of("stock.assortment.reads.page", Verb.READ_COUNTER,
           on_shop(request=AssortmentRequest(), most=5)),
        of("stock.assortment.reads.each", Verb.READ_COUNTER, on_shop(request=AssortmentRequest())),
    ]
)  # fmt: skip
