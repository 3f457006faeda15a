"""What the API says of a shop of the directory."""

from datetime import datetime

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field

from comptoir.api.schemas import OpeningOut, ShopBriefOut
from comptoir.shops.doors.models import DoorsMode


class ServiceOut(BaseModel):
    """One thing that a shop offers besides its shelves."""

    service: str
    how: str = Field(description=_("How one uses it, in the shop’s own words; or nothing"))


class NetworkOut(BaseModel):
    """An association of shops."""

    network: str = Field(description=_("The word of an association of shops"))
    name: str


class DoorsOut(BaseModel):
    """That a shop's doors are closed to the public now."""

    mode: DoorsMode = Field(
        description=_("`no_holds`: no reservation; `slots`: with a time at the door")
    )
    until: datetime | None = Field(description=_("None: until further notice"))
    said: str = Field(description=_("The same in words, as the pages say it"))
    text: str = Field(description=_("In the words of whoever closed; or nothing"))
    network: str = Field(description=_("Which network closed them; or nothing: the shop itself"))


class FreeSlotOut(BaseModel):
    """A time at a shop's door, and how many places are free."""

    start: datetime
    end: datetime
    free: int


class SlotsOut(BaseModel):
    items: list[FreeSlotOut] = Field(
        description=_("Those of two weeks, the earliest first; none while the doors are open")
    )


class ShopOut(ShopBriefOut, OpeningOut):
    street: str
    phone: str
    email: str = Field(
        description=_("Always empty: a shop’s address is not given away, its page takes letters")
    )
    website: str
    services: list[str]
    services_detail: list[ServiceOut]
    specialities: list[str] = Field(description=_("What the shop is known for"))
    networks: list[NetworkOut] = Field(description=_("The associations that it belongs to"))
    wheelchair: str = Field(
        description=_("`yes`, `limited` or `no`, as in OpenStreetMap; empty where nobody said")
    )
    doors: DoorsOut | None = Field(
        description=_("That nobody may enter just now; the shop can be reached all the same")
    )
    opening_hours: str = Field(description=_("In the syntax of OpenStreetMap"))
    time_zone: str
    hold_days: int = Field(description=_("Opening days a reservation is kept"))
    metres: int | None = Field(description=_("Distance from `near`"))


class LinkOut(BaseModel):
    """Another address of a shop on the web."""

    url: str
    label: str


class PhotoOut(BaseModel):
    """A photo of a shop’s page."""

    url: str = Field(description=_("The largest one, as WebP"))
    width: int
    height: int
    alt: str = Field(description=_("What one sees on it"))
    credit: str = Field(description=_("Who took it, or nothing"))


class ShopFullOut(ShopOut):
    description: str
    links: list[LinkOut] = Field(description=_("Its pages elsewhere, in the order of its page"))
    photos: list[PhotoOut] = Field(description=_("The first stands for its page"))


class ShopPageOut(BaseModel):
    items: list[ShopOut]
    total: int
    next_cursor: str | None = Field(description=_("To be sent as `cursor` for the next page"))
