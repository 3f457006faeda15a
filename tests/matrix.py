"""Who may do what, as the tables of the documentation: `python -m tests.matrix` writes them anew.

They are made of the tables that the guards read, `tests/test_matrix.py` compares.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "roles.md"
_PART = "<!-- {0} -->\n{1}\n<!-- end of {0} -->"


def table(may: Mapping[str, Iterable[str]], roles: Iterable[str]) -> str:
    """Return a table: a row for each verb, a column for each role."""
    names = list(roles)
    lines = [f"| may … | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for verb, allowed in may.items():
        cells = ["yes" if role in set(allowed) else "–" for role in names]
        lines.append(f"| {str(verb).replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def tables() -> dict[str, str]:
    """Return the tables of the page by what they are called there."""
    from comptoir.networks.models import NetworkRole
    from comptoir.networks.operations.scope import MAY as IN_NETWORK
    from comptoir.networks.operations.scope import SYSTEM_ROLE
    from comptoir.shops.operations.scope import MAY as IN_SHOP
    from comptoir.shops.operations.scope import Role

    return {
        "verbs of a shop": table(
            {verb.value: {role.value for role in roles} for verb, roles in IN_SHOP.items()},
            [role.value for role in Role],
        ),
        "verbs of a network": table(
            {verb.value: roles for verb, roles in IN_NETWORK.items()},
            [*NetworkRole.values, SYSTEM_ROLE],
        ),
    }


def with_tables(text: str) -> str:
    """Return a page with its tables as they are now."""
    for name, made in tables().items():
        part = re.compile(_PART.format(re.escape(name), ".*?"), re.DOTALL)
        text = part.sub(lambda _found, n=name, m=made: _PART.format(n, m), text)
    return text


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    django.setup()
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
