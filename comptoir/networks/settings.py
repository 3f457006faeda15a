"""What a network decides for itself; the rest is the installation's or each shop's own
(`docs/architecture.md`, *Who decides what*)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`about` is a sentence that its list of shops begins with, `website` the association's own."""

    about: str = ""
    website: str = ""


def read_settings(stored: Mapping[str, Any]) -> NetworkSettings:
    """Return the settings of a network as they are stored; what a later version may have added
    there is passed over."""
    known = {each.name for each in fields(NetworkSettings)}
    return NetworkSettings(**{name: value for name, value in stored.items() if name in known})
