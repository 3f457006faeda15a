"""What the API takes and gives. Prices are whole cents of euro, distances metres, moments UTC.

Descriptions are marked for translation: the OpenAPI document is written in the reader's language.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from django.utils.translation import gettext_noop as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from comptoir.api.routes.parcels.entries import ParcelOut
from comptoir.api.trade.postal import ChargedIn, ChargedOut
from comptoir.orders.operations.requests import MAX_LINES, MAX_QUANTITY
from comptoir.stock.formats.lines import ReportMode

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Plain = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""Text without the one character that PostgreSQL cannot hold."""

SLOT = _("Beginning of the time at the door, of the shop’s slots, where its doors are closed")


class TellingMode(StrEnum):
    """A snapshot means that what is absent is zero, a delta that it is unchanged.

    Sales are no figures of what is left: so many copies were sold up to the telling's moment.
    """

    # Programs are made from the published document: it keeps the name that it gave this first.
    SNAPSHOT = ReportMode.SNAPSHOT.value
    DELTA = ReportMode.DELTA.value
    SALES = ReportMode.SALES.value


class Given(BaseModel):
    """What a client sends: unknown fields are refused, so that a typing error is not ignored."""

    model_config = ConfigDict(extra="forbid")


class ContributorOut(BaseModel):
    name: str
    role: str


class ProductOut(BaseModel):
    ref: str = Field(description=_("EAN, or the word that stands for it where there is none"))
    ean: str | None
    kind: str
    state: str
    title: str
    subtitle: str
    byline: str
    series: str
    series_number: str = Field(description=_("The volume's number in its series"))
    publisher: str = Field(description=_("Publisher or label"))
    format: str
    units: int = Field(description=_("Discs: 2 for a double LP"))
    published: str = Field(description=_("Year, month or day, as precise as is known"))
    list_price_cents: int | None
    availability: str = Field(description=_("What the supplier says"))
    url: str = Field(description=_("The page for people"))


class ProductFullOut(ProductOut):
    isbn10: str | None
    catalogue_number: str
    language: str
    pages: int | None
    description: str
    cover_url: str
    vat_rate: int | None = Field(description=_("Hundredths of a per cent: 550 is 5.5 %"))
    contributors: list[ContributorOut]


class ShopBriefOut(BaseModel):
    slug: str
    siret: str | None
    name: str
    kind: str
    city: str
    postcode: str
    latitude: float
    longitude: float
    placed_in_town: bool = Field(
        description=_("The coordinates are those of its town: nobody gave its own")
    )
    url: str = Field(description=_("The page for people"))


class OpeningOut(BaseModel):
    """Whether a shop is open."""

    open_now: bool | None
    open_until: datetime | None
    opens_at: datetime | None = Field(description=_("When it opens next, if it is not open"))
    closed_for: str | None = Field(
        description=_("Why it is shut on a day unlike others: a public holiday, or its own words")
    )
    by_appointment: str | None = Field(
        description=_("How one comes now that it is not open: on request, in the shop's own words")
    )
    opening: str = Field(description=_("Whether it is open, in words, as the pages say it"))


class CopyOut(BaseModel):
    """A used copy that there is only one of."""

    ref: str = Field(description=_("By what the shop knows this very copy"))
    sleeve: str = Field(description=_("The grade of a record's sleeve, or nothing"))
    note: str
    photo: str | None = Field(description=_("Address of a photo of this copy"))
    thumbnail: str | None


class OfferOut(OpeningOut):
    offer: int = Field(description=_("To be sent back in an order's line"))
    product: str = Field(description=_("The product's `ref`"))
    shop: ShopBriefOut
    condition: str = Field(description=_("`new`, or the grade of a used copy"))
    issue: str = Field(description=_("Of a magazine: its issue, as last told or scanned"))
    copy_: CopyOut | None = Field(
        serialization_alias="copy", description=_("Of a one-off used copy: reserve it by `offer`")
    )
    price_cents: int | None
    available: int = Field(description=_("Copies free now; unless `exact`, 1 stands for “some”"))
    exact: bool = Field(description=_("Whether the shop gives its figures away"))
    not_before: datetime | None = Field(description=_("A release day: no reservation before it"))
    as_of: datetime = Field(description=_("The moment this figure was true"))
    confidence: str = Field(
        description=_("How sure the copy is: `sure`, `likely`, or `to_confirm` by the shop")
    )
    metres: int | None = Field(description=_("Distance from `near`"))


class HitOut(BaseModel):
    product: ProductOut
    offers: list[OfferOut] = Field(description=_("The nearest first"))
    offer_count: int


class ProductPageOut(BaseModel):
    items: list[HitOut]
    total: int
    next_cursor: str | None = Field(description=_("To be sent as `cursor` for the next page"))


class AvailabilityOut(BaseModel):
    product: ProductOut
    offers: list[OfferOut] = Field(description=_("The nearest first"))


class CircleOut(BaseModel):
    latitude: float
    longitude: float
    radius_km: float


class AboutOut(BaseModel):
    name: str
    url: str
    search_page: str = Field(
        description=_("The page for people where they search: its question is `q`")
    )
    area: list[CircleOut] = Field(
        description=_("Where its shops are: a circle for each department")
    )


class CustomerIn(Given):
    name: Text = Field(min_length=1)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=40, description=_("Needed where there is no e-mail"))
    language: str = Field("", pattern="^(fr|en)?$", description=_("Of the mails: `fr` or `en`"))


class OrderLineIn(Given):
    product: Plain = Field(
        max_length=40, description=_("EAN, ISBN-10, or the `ref` of a product without one")
    )
    quantity: int = Field(1, ge=1, le=MAX_QUANTITY)
    condition: Plain = Field(
        "new", max_length=3, description=_("`new`, or the grade of the used copy wanted")
    )
    offer: int | None = Field(
        None, ge=1, lt=2**63, description=_("The offer wanted; else that of the condition")
    )
    special_order: bool = Field(False, description=_("Ask the shop to order it"))


class SlotOut(BaseModel):
    """A time at a shop's door."""

    start: datetime
    end: datetime


class OrderIn(Given, ChargedIn):
    shop: Plain = Field(max_length=80, description=_("SIRET or slug"))
    lines: list[OrderLineIn] = Field(min_length=1, max_length=MAX_LINES)
    customer: CustomerIn
    channel: str = Field(
        "api",
        pattern="^(api|web|phone|email|counter)$",
        description=_("How it was asked for; only the shop's own token may name another"),
    )
    slot: AwareDatetime | None = Field(None, description=SLOT)


class OrderLineOut(BaseModel):
    product: str = Field(description=_("The product's `ref`"))
    confidence: str = Field(
        description=_(
            "How sure the copy was when it was reserved: `sure`, `likely`, or `to_confirm`; empty"
            " for a special order"
        )
    )
    title: str
    condition: str
    copy_: CopyOut | None = Field(
        serialization_alias="copy", description=_("Of a one-off used copy")
    )
    quantity: int
    price_cents: int | None
    status: str = Field(
        description=_(
            "`held`, `asked` (not held: it is when the order is confirmed, if a copy is free then),"
            " `to_order`, `collected`, `sent` (by post), `not_found` or `released`"
        )
    )


class EventOut(BaseModel):
    kind: str
    status: str
    happened_at: datetime
    actor: str = Field(description=_("`user`, `reader`, `token`, `feed` or `system`"))


class OrderOut(ChargedOut):
    token: str = Field(description=_("The secret of this order: its address"))
    code: str = Field(description=_("Eight digits, told at the counter"))
    shop: ShopBriefOut
    status: str
    channel: str
    placed_at: datetime
    confirm_by: datetime | None = Field(
        description=_("Until when an unconfirmed order can be confirmed, and holds its copies")
    )
    held_until: datetime | None = Field(
        description=_(
            "Until when an unconfirmed order holds its copies where a title's last one is among"
            " them; then it only asks for them"
        )
    )
    deadline: datetime | None = Field(
        description=_("Until when the copies are kept, or the shop may answer what only asks")
    )
    slot: SlotOut | None = Field(description=_("When its reader collects at the door"))
    to_confirm: bool = Field(
        description=_("The shop looks first: wait for `set_aside` before sending anybody")
    )
    answer_by: datetime | None = Field(
        description=_("Until when the shop normally says whether such copies are there")
    )
    url: str = Field(description=_("The page for people"))
    lines: list[OrderLineOut]


class OrderFullOut(OrderOut):
    events: list[EventOut]
    parcels: list[ParcelOut] = Field(description=_("Those that have left, of a posted order"))


class PersonOut(BaseModel):
    name: str
    email: str
    phone: str


class ShopOrderLineOut(OrderLineOut):
    id: int = Field(description=_("By which “not on the shelf” names it"))


class ShopOrderOut(ChargedOut):
    code: str
    status: str
    channel: str
    placed_at: datetime
    confirm_by: datetime | None
    deadline: datetime | None
    slot: SlotOut | None = Field(description=_("When its reader collects at the door"))
    to_confirm: bool = Field(description=_("The reader waits to hear whether a copy is there"))
    answer_by: datetime | None
    customer: PersonOut
    lines: list[ShopOrderLineOut]
    events: list[EventOut]


class ShopOrderPageOut(BaseModel):
    items: list[ShopOrderOut]
    next_cursor: str | None = Field(description=_("To be sent as `cursor` for the next page"))


class SlotIn(Given):
    slot: AwareDatetime = Field(description=SLOT)


class NotFoundIn(Given):
    line: int | None = Field(
        None, ge=1, lt=2**63, description=_("May be left out when only one line is held")
    )


class StockLineIn(Given):
    ean: Plain
    quantity: int = Field(description=_("Copies on the shelf, those set aside included"))
    price_cents: int | None = None
    condition: str = Field("new", description=_("`new`, or the grade of a used copy"))


class CopyIn(Given):
    product: Plain = Field(
        max_length=40, description=_("EAN, ISBN-10, or the `ref` of a product without one")
    )
    condition: Plain = Field(max_length=3, description=_("The grade of the copy, never `new`"))
    price_cents: int = Field(ge=0)
    sleeve: Plain = Field(
        "", max_length=3, description=_("The grade of a record's sleeve, NG, GEN or NC")
    )
    note: Plain = Field("", max_length=500)
    ref: Plain = Field(
        "",
        max_length=40,
        description=_("Your own name of the copy: the same again is the same copy"),
    )


class CopyEnteredOut(BaseModel):
    offer: int
    product: str
    ref: str


class ShopCopyOut(BaseModel):
    offer: int
    product: str = Field(description=_("The product's `ref`"))
    title: str
    condition: str
    copy_: CopyOut | None = Field(
        serialization_alias="copy", description=_("Of a one-off used copy")
    )
    price_cents: int | None
    as_of: datetime = Field(description=_("The moment this figure was true"))


class ShopCopyPageOut(BaseModel):
    items: list[ShopCopyOut]
    next_cursor: str | None = Field(description=_("To be sent as `cursor` for the next page"))


class StockIn(Given):
    as_of: datetime = Field(description=_("The moment these figures were true, with its offset"))
    lines: list[StockLineIn]


class RefusalOut(BaseModel):
    line: int
    code: str
    message: str
    content: str


class RemarkOut(RefusalOut):
    pass


class StockRunOut(BaseModel):
    id: int
    mode: str
    status: str = Field(description=_("`applied`, `quarantined`, `outdated` or `refused`"))
    reason: str
    as_of: datetime
    lines: int
    accepted: int
    refused: int
    unknown: int = Field(description=_("Not yet in the catalogue, kept by their EAN"))
    changed: int
    emptied: int
    refusals: list[RefusalOut] = Field(description=_("The first hundred"))
    remarked: int = Field(description=_("Remarks on lines that were not refused"))
    remarks: list[RemarkOut] = Field(description=_("The first hundred"))


class FilesOut(BaseModel):
    shop: str = Field(description=_("The name of the shop that this token is for"))
    last: StockRunOut | None = Field(description=_("What became of the last telling"))
