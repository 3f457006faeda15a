"""Whether search can serve."""

from comptoir.search.reader import READER, IndexMissing


def problem() -> str | None:
    """Return why search cannot serve on this node, or None when it can."""
    try:
        READER.searcher()
    except IndexMissing as error:
        return f"search: {error}"
    return None
