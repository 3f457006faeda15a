"""A shop moves in: its export of another installation becomes a shop here."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import User
from comptoir.archives.chest import Found, damaged
from comptoir.archives.contents import ACTORS, PRODUCTS, SHEETS, Sheet
from comptoir.archives.models import Arrival
from comptoir.archives.operations.titles import Titles
from comptoir.archives.rows import Values, at, page_of, rows_of
from comptoir.catalogue.models import Product
from comptoir.core.db import violated_constraint
from comptoir.core.errors import Conflict, Invalid, Message, fill
from comptoir.core.locks import Space, lock
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import system_alone
from comptoir.orders.checks import problems as of_orders
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import Order
from comptoir.papers.models import Paper
from comptoir.papers.operations.turns import keep_numbers
from comptoir.shops.contacts import parse_email
from comptoir.shops.models import FormerSlug, Shop, Staff
from comptoir.stock.shelf.checks import problems as of_stock
from comptoir.stock.shelf.models import StockMovement

ROWS_AT_ONCE = 1000
PHOTOS_AT_ONCE = 20


@dataclass(slots=True)
class Moved:
    """What came of a shop's moving in: it, how many rows of each file, what was left out.

    `was_here`: it came before, by this very export, and nothing was done.
    """

    shop: Shop
    rows: Counter[str] = field(default_factory=Counter)
    remarks: list[Message] = field(default_factory=list)
    was_here: bool = False


_IS: dict[str, Callable[[bytes], bool]] = {
    "webp": lambda file: file[:4] == b"RIFF" and file[8:12] == b"WEBP",
    "pdf": lambda file: file.startswith(b"%PDF-"),
}
"""What files are by their first bytes."""


class _Trial(Exception):
    """Takes everything back that a trial wrote."""


def move_in(*, found: Found, actor: Actor, slug: str = "", dry_run: bool = False) -> Moved:
    """Make a shop of an export, whole or not at all; it is hidden until somebody opens it.

    Every file is first compared with the manifest. Titles are found by their EAN, or by their
    source's reference, or made as the export describes them; people by their address, with an
    account where there is none. Open orders come with their codes and their holds; the links in
    their readers' mails lead to the old address, and no mail is sent again. `slug` is its word in
    addresses if the export's is taken. What would leave `comptoir check` with a new problem is
    refused. The same export again changes nothing.

    Guard: the system alone. Locks: the turn of the directory, last the numbers of its business.
    Writes: the shop and all that is its, titles, accounts, `Arrival`, an entry of the audit.
    Announces: new titles. Raises `Forbidden`, `Conflict` (`shop_is_here`), `Invalid` with file,
    line and column.
    """
    system_alone(actor)
    for name in found.files:
        found.check(name)
    try:
        with transaction.atomic():
            lock(Space.DIRECTORY)
            if before := Arrival.objects.filter(digest=found.digest).select_related("shop").first():
                return Moved(before.shop, was_here=True)
            known = {*of_stock(), *of_orders()}
            moved = _Arrival(found, _make_shop(found, slug)).take_all()
            keep_numbers(moved.shop)
            if wrong := [each for each in (*of_stock(), *of_orders()) if each not in known]:
                told = _("The figures of this export do not agree: %(why)s")
                raise Invalid("figures_disagree", fill(told, why="; ".join(wrong[:3])))
            Arrival.objects.create(shop=moved.shop, digest=found.digest)
            note(actor, "shop_moved_in", subject=moved.shop, shop_id=moved.shop.pk, looked=True)
            if dry_run:
                raise _Trial
    except _Trial:
        pass
    return moved


def _make_shop(found: Found, slug: str) -> Shop:
    page = page_of(found)
    page["slug"] = slug or page["slug"]
    siret = page["siret"]
    taken = Shop.objects.filter(slug=page["slug"]).exists()
    if taken or FormerSlug.objects.filter(slug=page["slug"]).exists():
        told = _("A shop has the address “%(slug)s” here: give this one another with --slug.")
        raise Conflict("shop_is_here", fill(told, slug=page["slug"]))
    if siret and Shop.objects.filter(siret=siret).exists():
        told = _("A shop with the SIRET %(siret)s is here already.")
        raise Conflict("shop_is_here", fill(told, siret=siret))
    return Shop.objects.create(**page, paused_at=timezone.now())


@dataclass(slots=True)
class _Arrival:
    """One export on its way in; `keys` are the keys here, by table, of those in the export."""

    found: Found
    shop: Shop
    keys: dict[type[Model], dict[str, Any]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    moved: Moved = field(init=False)
    needed: set[str] = field(default_factory=set)
    later: list[tuple[str, Any, str]] = field(default_factory=list)
    networks: dict[str, int] = field(default_factory=dict)

    def take_all(self) -> Moved:
        """Write every row."""
        self.moved = Moved(self.shop)
        self.networks = dict(Network.objects.values_list("slug", "pk"))
        corrections = next(each for each in SHEETS if each.name == "corrections")
        self.needed = {row["movement"] for _line, row in rows_of(self.found, corrections)}
        titles = Titles(self.shop, self.keys.setdefault(Product, {}))
        for rows in _batches(rows_of(self.found, PRODUCTS), ROWS_AT_ONCE):
            titles.take(rows)
        for sheet in (each for each in SHEETS if each.taken):
            most = ROWS_AT_ONCE if not sheet.files else PHOTOS_AT_ONCE
            for rows in _batches(rows_of(self.found, sheet), most):
                self._take(sheet, rows)
        return self.moved

    def _take(self, sheet: Sheet, rows: list[tuple[int, Values]]) -> None:
        made: list[tuple[str, Model]] = []
        for line, values in rows:
            key = str(values.get(sheet.model._meta.pk.name) or "")
            try:
                row = self._row(sheet, values)
            except Invalid as error:
                raise at(error, f"{sheet.name}.csv", line) from error
            if row is not None:
                made.append((key, row))
        try:
            sheet.model._default_manager.bulk_create([row for _key, row in made])
        except (IntegrityError, DataError) as error:
            told = _("lines %(first)d to %(last)d do not go together (%(why)s)")
            why = violated_constraint(error) or error.__class__.__name__
            refusal = fill(told, first=rows[0][0], last=rows[-1][0], why=why)
            raise at(Invalid("bad_rows", refusal), f"{sheet.name}.csv", rows[0][0]) from error
        self.moved.rows[sheet.name] += len(made)
        known = self.keys.setdefault(sheet.model, {})
        for key, row in made:
            if key and (sheet.model is not StockMovement or key in self.needed):
                known[key] = row.pk
            if isinstance(row, Staff):
                self.people[key] = row.user_id
        for key, column, value in self.later:
            link = {column.attname: self._linked(column, value)}
            sheet.model._default_manager.filter(pk=known[key]).update(**link)
        self.later.clear()

    def _row(self, sheet: Sheet, values: Values) -> Model | None:
        """Return the row as it is here, or None where it is left out. Raises `Invalid`."""
        made: Values = {}
        for column in sheet.columns:
            value = values[column.name]
            if column.name == "id":
                continue
            if column.name in ACTORS:
                value = self.people.get(str(value)) if value is not None else None
            elif column.related_model is sheet.model and value is not None:
                # A row of the same batch may be meant, which has no key yet.
                self.later.append((str(values["id"]), column, value))
                value = None
            elif column.is_relation and value is not None:
                value = self._linked(column, value)
                if value is None and not column.null:
                    return None
            made[column.attname] = value
        if "__" not in sheet.path:
            made[f"{sheet.path}_id"] = self.shop.pk
        if sheet.model is FormerSlug and self._is_taken(made["slug"]):
            return None
        if sheet.model is Order:
            made |= {"token": secrets.token_urlsafe(18)}
            made |= {f"{name}_key": contact_key(made[name]) for name in ("email", "phone")}
        if sheet.model is Paper:
            keys = Order.objects.filter(pk=made["order_id"]).values_list("email_key", flat=True)
            made["buyer_key"] = keys.first() or ""
        if sheet.files and not self._look_at(sheet, made):
            return None
        return sheet.model(**made)

    def _linked(self, column: Any, value: str) -> Any:  # noqa: ANN401
        if column.related_model is User:
            return _account(value)
        if column.related_model is Network:
            if value not in self.networks:
                told = fill(_("There is no network “%(slug)s” here: left out."), slug=value[:80])
                self.moved.remarks += [told] if told not in self.moved.remarks else []
            return self.networks.get(value)
        if value not in (known := self.keys.get(column.related_model, {})):
            told = _("it names “%(key)s”, which is not in the export")
            raise Invalid("no_such_row", fill(told, key=value[:60]), field=column.name)
        return known[value]

    def _is_taken(self, slug: str) -> bool:
        taken = Shop.objects.filter(slug=slug).exists()
        if taken := taken or FormerSlug.objects.filter(slug=slug).exists():
            told = _("Another shop has the former address “%(slug)s” here: left out.")
            self.moved.remarks.append(fill(told, slug=slug))
        return taken

    def _look_at(self, sheet: Sheet, made: Values) -> bool:
        """Read the files of a row, by whose first it is named; return whether it is to be written:
        it may be here already."""
        digest = made["digest"]
        for column in sheet.files:
            name = sheet.file_of(digest, column)
            if name not in self.found.files:
                told = fill(_("The export lacks %(file)s."), file=name)
                raise Invalid("missing_file", told, field=column)
            made[column] = self.found.read(name)
            if not _IS[sheet.files[column]](made[column]):
                raise damaged(name)
        first = next(iter(sheet.files))
        if sha256(made[first]).hexdigest()[: len(digest)] != digest:
            raise damaged(sheet.file_of(digest, first))
        if sheet.model._default_manager.filter(pk=digest).exists():
            self.keys.setdefault(sheet.model, {})[digest] = digest
            return False
        return True


def _account(named: str) -> int:
    address, _blank, name = named.partition(" ")
    right = parse_email(address)
    user = User.objects.filter(email=right).first() or User.objects.create_user(right)
    if not user.name or user.left_at is not None:
        user.name, user.left_at = user.name or name[:120], None
        user.save(update_fields=["name", "left_at"])
    return int(user.pk)


def _batches(rows: Iterable[tuple[int, Values]], most: int) -> Iterator[list[tuple[int, Values]]]:
    left = iter(rows)
    while batch := list(islice(left, most)):
        yield batch
