"""Which title each of the till's own references is, by the till's list of articles or by the
shop."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.catalogue.models import Product
from comptoir.catalogue.operations import add_product
from comptoir.core.db import fetch
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import is_own_number, own_numbers, parse_number
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.arrivals.models import TillArticle
from comptoir.stock.formats import CALLS, FORMATS
from comptoir.stock.formats.lines import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    UNKNOWN_ITEM,
    ArticleLine,
    Line,
    RefusedLine,
    Remark,
    StockBlock,
    StockLine,
    TakenLine,
)
from comptoir.stock.formats.places import LONGEST_CODE
from comptoir.stock.formats.reader import Row, read_table, refuse_rounded
from comptoir.stock.reports.models import Feed

CHUNK_LINES = 1000
MOST_ARTICLES = 200_000
MOST_UNKNOWN = 10_000
_EAN_COLUMNS = (
    "variant_barcode",
    "gtin",
    "gtin,_upc,_ean,_or_isbn",
    "gtin,_upc,_ean_ou_isbn",
    "ean",
    "ean13",
    "isbn",
    "barcode",
    "code_barre",
    "code_barres",
    "code-barres",
)
# The column of a till's list that holds the reference by which it reports its stock; of other
# tills, `_ITEM_COLUMNS`.
_ITEM_COLUMN_OF = {
    "shopify": ("variant_sku",),
    "square": ("token",),
    "woocommerce": ("sku", "ugs"),
    "lightspeed": ("id",),
    "zettle": ("variant_uuid", "product_uuid", "uuid"),
}
_ITEM_COLUMNS = ("item", "sku", "ugs", "reference", "ref", "id", "code")
_NAME_COLUMNS = ("item_name", "title", "name", "nom", "titre", "designation", "libelle")


class Article(NamedTuple):
    """What is known of an article: the number of its title (empty: nobody has named it), and what
    the till calls it."""

    ean: str
    name: str


_UNKNOWN = Article("", "")


class Loaded(NamedTuple):
    """The outcome of a till's list of articles: how many were learnt, and the lines refused."""

    taken: int
    refusals: list[RefusedLine]


def resolve(shop: Shop, format: str, lines: Iterable[Line]) -> Iterator[TakenLine]:
    """Yield the lines with EANs in place of the till's references.

    An unknown article is remarked (`unknown_item`), for a shop sells other goods too; where a call
    is about it, it is refused. One of which the till has no copy is left out. A number of the
    till's own is the shop's own article unless the shop has named it as another title. It queries
    the database every thousand lines and, once all was read, writes the articles not known so far,
    at most `MOST_UNKNOWN` of each sort, so that the shop can name them (`unknown_articles`): so it
    does for a preview, too.
    """
    lines = iter(lines)
    unknown: dict[str, str] = {}
    own: dict[str, str] = {}
    said = RefusedLine if format in CALLS else Remark
    while chunk := [(line, _items(line)) for line in islice(lines, CHUNK_LINES)]:
        known = _known(shop, format, {item for _line, items in chunk for item in items})
        for line, items in chunk:
            own |= _news_of(line, items, known)
            if isinstance(line, StockBlock):
                yield _block_of(line, items, known)
            elif not isinstance(line, ArticleLine):
                yield line
            elif found := known.get(line.item, _UNKNOWN).ean or (line.item if line.own else ""):
                yield _line_of(line, found)
            elif line.quantity > 0:
                if len(unknown) < MOST_UNKNOWN:
                    unknown[line.item] = line.name
                text = _("This article has no EAN that we know: say once what it is.")
                yield said(line.line, UNKNOWN_ITEM, text, line.name or line.item)
    if unknown:
        _note_unknown(shop, format, unknown)
    if own:
        _note_own(shop, format, own)


def unknown_articles(shop: Shop, format: str) -> QuerySet[TillArticle]:
    """Return the articles that this till reported and nobody has named, newest first."""
    return TillArticle.objects.filter(shop=shop, format=format, ean="").order_by("-seen_at", "item")


def named_articles(shop: Shop, format: str) -> QuerySet[TillArticle]:
    """Return the articles of this till and the titles that they are, the last named first."""
    known = TillArticle.objects.filter(shop=shop, format=format).exclude(ean="")
    return known.order_by(F("named_at").desc(nulls_last=True), "item")


def name_of(shop: Shop, number: str) -> str:
    """Return what the shop's till calls the article of a number, as it said last; or nothing."""
    articles = TillArticle.objects.filter(shop=shop, ean=number).exclude(name="")
    return articles.order_by("-seen_at").values_list("name", flat=True).first() or ""


@transaction.atomic
def name_article(*, shop: Shop, format: str, item: str, ean: str, actor: Actor) -> TillArticle:
    """Name an article of this shop's till: it is this title, from its next report on.

    Guard: `DESCRIBE_TILL`. Locks nothing but the article's row. Writes: the article, with who named
    it and when. Announces nothing. Raises `NotFound`, `Invalid` (`bad_ean`, `bad_item`).
    """
    _check_item(item)
    now = timezone.now()
    named = {"ean": parse_number(ean), **_named_by(actor, now)}
    found, _made = TillArticle.objects.update_or_create(
        shop=in_scope(shop, actor, Verb.DESCRIBE_TILL),
        format=format,
        item=item,
        defaults=named,
        create_defaults=named | {"seen_at": now},
    )
    return found


@transaction.atomic
def title_article(
    *, shop: Shop, number: str, title: str, byline: str, kind: str, actor: Actor
) -> Product:
    """Give the article of a number of the shop's own till its title, or another one: readers find
    it from then on, as what this shop has.

    Guard: `DESCRIBE_TILL`. Locks and writes: the product, made if there is none. Announces: the
    product. Raises `NotFound`, `Invalid` (`bad_ean`; `not_own`: the number is the same everywhere;
    `bad_title`, `bad_kind`).
    """
    shop = in_scope(shop, actor, Verb.DESCRIBE_TILL)
    own = parse_number(number)
    if not is_own_number(own):
        message = _("This number is the same everywhere: the catalogue gives its title.")
        raise Invalid("not_own", message)
    return add_product(title=title, byline=byline, kind=kind, ean=own, shop_id=shop.pk, anew=True)


def load_articles(*, shop: Shop, format: str, stream: BinaryIO, actor: Actor) -> Loaded:
    """Learn which title each article is from a list that the till exports.

    The list is a CSV whose columns name the till's reference and the EAN; articles without an EAN
    are left out, lines that cannot be read are refused. The rest is learnt together or not at all.

    Guard: `DESCRIBE_TILL`. Locks nothing but the articles' rows, in the order of their references.
    Writes: the articles, with who named them and when. Announces nothing. Raises `NotFound`,
    `Invalid` (`bad_header`, `too_many_items`).
    """
    shop = in_scope(shop, actor, Verb.DESCRIBE_TILL)
    table = read_table(stream, ("item", "ean"), _also(format))
    learnt: dict[str, tuple[str, str]] = {}
    refusals: list[RefusedLine] = []
    for row in table.rows:
        if isinstance(row, RefusedLine):
            refusals.append(row)
        elif row.cells["item"] and row.cells["ean"]:
            try:
                _learn(row, learnt)
            except Invalid as error:
                refusals.append(RefusedLine(row.line, error.code, error.message, row.content))
        if len(learnt) + len(refusals) > MOST_ARTICLES:
            text = _("The list has more than 200,000 articles: send it in parts.")
            raise Invalid("too_many_items", text)
    _keep(shop, format, learnt, actor)
    return Loaded(len(learnt), refusals)


def _also(format: str) -> Mapping[str, str]:
    items = _ITEM_COLUMN_OF.get(format, ()) or _ITEM_COLUMNS
    named = [(items, "item"), (_EAN_COLUMNS, "ean"), (_NAME_COLUMNS, "name")]
    return {alias: name for aliases, name in named for alias in aliases}


def _learn(row: Row, learnt: dict[str, tuple[str, str]]) -> None:
    item, ean = (row.cells[name].removeprefix("'") for name in ("item", "ean"))
    _check_item(item)
    refuse_rounded(item)
    refuse_rounded(ean)
    learnt[item] = parse_number(ean), row.cells.get("name", "")[:LONGEST_NAME]


def _items(line: Line) -> Collection[str]:
    """Return the till's references in a line."""
    if isinstance(line, StockBlock):
        return own_numbers(line.eans)
    return (line.item,) if isinstance(line, ArticleLine) else ()


def _news_of(line: Line, items: Collection[str], known: Mapping[str, Article]) -> dict[str, str]:
    """Return the own articles in a line that are not known yet, or by another name, with it."""
    if isinstance(line, ArticleLine) and not line.own:
        return {}
    name = line.name if isinstance(line, ArticleLine) else ""
    return {
        item: name for item in items if item not in known or (name and name != known[item].name)
    }


def _line_of(line: ArticleLine, ean: str) -> TakenLine:
    """Return the line with the EAN of its article."""
    return StockLine(line.line, ean, line.quantity, line.price_cents, line.condition, line.remarks)


def _block_of(
    block: StockBlock, items: Collection[str], known: Mapping[str, Article]
) -> StockBlock:
    """Return the block with the EANs of those of its own numbers that the shop has named."""
    named = {
        item: known[item].ean
        for item in items
        if item in known and known[item].ean not in ("", item)
    }
    if not named:
        return block
    rows = block.rows
    for item, ean in named.items():
        # A number is the only one of thirteen digits in its row.
        rows = rows.replace(f"\t{item}\t".encode(), f"\t{ean}\t".encode())
    return StockBlock(block.first, [named.get(ean, ean) for ean in block.eans], rows)


def _check_item(item: str) -> None:
    if not item or len(item) > LONGEST_REFERENCE or not item.isprintable():
        raise Invalid("bad_item", _("The till's reference of an article has 1 to 100 characters."))


def _known(shop: Shop, format: str, items: set[str]) -> dict[str, Article]:
    if not items:
        return {}
    # One array: a whole `.asc` may hold more numbers of the shop's than a statement parameters.
    found = fetch(
        "SELECT item, ean, name FROM stock_tillitem"
        " WHERE shop_id = %s AND format = %s AND item = ANY(%s::text[])",
        [shop.pk, format, list(items)],
    )
    return {item: Article(ean, name) for item, ean, name in found}


@transaction.atomic
def _keep(shop: Shop, format: str, learnt: Mapping[str, tuple[str, str]], actor: Actor) -> None:
    named = _named_by(actor, timezone.now())
    # In one order, so that two lists of one till never wait in a circle.
    _write(
        shop,
        format,
        ((item, ean, name) for item, (ean, name) in sorted(learnt.items())),
        ["ean", "name", "seen_at", *named],
        **named,
    )


def _named_by(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return who named an article, and when, as its columns."""
    return {**acted_by(actor), "named_at": now}


def _note_unknown(shop: Shop, format: str, unknown: Mapping[str, str]) -> None:
    """Note the articles seen, up to as many as a shop can go through."""
    room = MOST_UNKNOWN - unknown_articles(shop, format).count()
    seen = islice(sorted(unknown.items()), max(room, 0))
    _write(shop, format, ((item, "", name) for item, name in seen), ["name", "seen_at"])


def _note_own(shop: Shop, format: str, own: Mapping[str, str]) -> None:
    """Note what the till calls the articles that it numbers by itself; each names itself."""
    named = islice(sorted(own.items()), MOST_UNKNOWN)
    _write(shop, format, ((item, item, name) for item, name in named), ["name", "seen_at"])


def _write(
    shop: Shop,
    format: str,
    items: Iterable[tuple[str, str, str]],
    changed: list[str],
    **named: Any,  # noqa: ANN401
) -> None:
    now = timezone.now()
    rows = (
        TillArticle(shop=shop, format=format, item=item, ean=ean, name=name, seen_at=now, **named)
        for item, ean, name in items
    )
    while chunk := list(islice(rows, CHUNK_LINES)):
        TillArticle.objects.bulk_create(
            chunk,
            update_conflicts=True,
            unique_fields=["shop", "format", "item"],
            update_fields=changed,
        )


@transaction.atomic
def arrange(
    *,
    shop: Shop,
    format: str,
    actor: Actor,
    shop_code: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Feed:
    """Remember what this shop's till calls the shop, or the columns of its tables.

    None leaves what is known as it is; an empty value forgets it.

    Guard: `DESCRIBE_TILL`. Locks: the feed, made if there is none. Writes: the feed, with who
    arranged it and when. Announces nothing. Raises `NotFound`, `Invalid` (`bad_format`,
    `bad_shop_code`).
    """
    if format not in FORMATS:
        raise Invalid("bad_format", _("There are no files of this format."), format=format)
    if shop_code is not None and (len(shop_code) > LONGEST_CODE or not shop_code.isprintable()):
        raise Invalid("bad_shop_code", _("What the till calls the shop has 60 characters at most."))
    values = {"shop_code": shop_code, "columns": None if columns is None else dict(columns)}
    mine = in_scope(shop, actor, Verb.DESCRIBE_TILL)
    feed, _made = Feed.objects.select_for_update().get_or_create(shop=mine, format=format)
    for name, value in values.items():
        if value is not None:
            setattr(feed, name, value)
    feed.actor_kind, feed.actor_id = actor.kind.value, actor.id
    feed.arranged_at = timezone.now()
    feed.save(update_fields=[*values, "actor_kind", "actor_id", "arranged_at"])
    return feed
