"""Letters without what is written above and below them."""

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]+")


def without_accents(text: str) -> str:
    """Return a text in Unicode's compatibility form (NFKD), without its accents: `Été` is `Ete`.

    Case is kept, and so are letters that Unicode does not take apart (œ, ø, ß).
    """
    return text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
