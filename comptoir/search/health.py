"""Whether search can serve on this node."""

import time

from comptoir.search import source, store
from comptoir.search.reader import READER, IndexMissing

_SILENT_SECONDS = 300


def problem() -> str | None:
    """Return why search cannot serve on this node, or None when it can.

    It cannot without an index of this version and of this database, nor when nobody has followed
    what changed for five minutes.
    """
    try:
        READER.searcher()
    except IndexMissing as error:
        return f"search: {error}"
    generation = store.current()
    mark = store.read_mark(generation) if generation else None
    if mark is None:
        return "search: the index is being replaced"
    if mark.database != source.database():
        return "search: the index is of another database"
    if (late := time.time() - mark.read_at) > _SILENT_SECONDS:
        return f"search: nobody has followed what changed for {late:.0f} s"
    return None
