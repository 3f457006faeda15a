"""The fonts of what Comptoir prints and draws: Source Serif Pro and Source Sans Pro (Adobe, SIL
Open Font License 1.1), as the packages `font-source-serif-pro` and `font-source-sans-pro` bring
them."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

Family = Literal["serif", "sans"]
A4 = (210.0, 297.0)
"""Width and height of a page, in millimetres (ISO 216)."""


@lru_cache(maxsize=16)
def font_file(family: Family, name: str) -> Path:
    """Return the file of a font (`Regular`, `Semibold`, `It`), where its package was installed.

    Raises `ModuleNotFoundError` where it was not.
    """
    package = f"font_source_{family}_pro"
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(package)
    return Path(found.origin).parent / "files" / f"Source{family.title()}Pro-{name}.ttf"
