"""Small line drawings, inlined in pages so that they take the colour of the text.

Drawn for Comptoir on a 24 × 24 grid with strokes of 1.75.
"""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "pin": '<path d="M12 21s7-6.3 7-11.5A7 7 0 0 0 5 9.5C5 14.7 12 21 12 21Z"/>'
    '<circle cx="12" cy="9.5" r="2.5"/>',
    "target": '<circle cx="12" cy="12" r="6"/><path d="M12 2.5v4M12 17.5v4M2.5 12h4M17.5 12h4"/>',
    "check": '<path d="m4.5 12.5 5 5 10-11"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "half": '<circle cx="12" cy="12" r="8.5"/>'
    '<path d="M12 3.5a8.5 8.5 0 0 1 0 17Z" fill="currentColor"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "phone": '<path d="M5 3.5h4l1.5 5-2.2 1.6a12 12 0 0 0 5.6 5.6l1.6-2.2 5 1.5v4'
    'a1.5 1.5 0 0 1-1.6 1.5A17 17 0 0 1 3.5 5.1 1.5 1.5 0 0 1 5 3.5Z"/>',
    "mail": '<rect x="3" y="5.5" width="18" height="13" rx="1.5"/>'
    '<path d="m3.5 7 8.5 6.5L20.5 7"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c3 2.7 3 14.3 0 17'
    'M12 3.5c-3 2.7-3 14.3 0 17"/>',
    "basket": '<path d="M3.5 9.5h17l-1.8 9.5a1.5 1.5 0 0 1-1.5 1.2H6.8'
    'A1.5 1.5 0 0 1 5.3 19Z"/><path d="m8 9.5 3-6M16 9.5l-3-6"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="1.5"/>'
    '<path d="M3.5 10h17M8 2.5v4M16 2.5v4"/>',
    "arrow": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "back": '<path d="M20 12H5M11 6l-6 6 6 6"/>',
    "book": '<path d="M5 4.5A1.5 1.5 0 0 1 6.5 3H19v15H6.5A1.5 1.5 0 0 0 5 19.5'
    'M5 4.5v15A1.5 1.5 0 0 0 6.5 21H19v-3"/>',
    "record": '<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="2.5"/>'
    '<path d="M12 6.5a5.5 5.5 0 0 1 5.5 5.5"/>',
    "shop": '<path d="M4.5 10v10.5h15V10M3 9l2-5.5h14L21 9a3 3 0 0 1-6 0'
    ' 3 3 0 0 1-6 0 3 3 0 0 1-6 0ZM9.5 20.5v-6h5v6"/>',
    "map": '<path d="m3.5 6 5.5-2.5 6 2.5 5.5-2.5v14.5L15 20.5 9 18'
    'l-5.5 2.5ZM9 3.5V18M15 6v14.5"/>',
    "list": '<path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1"/>',
    "tag": '<path d="M3.5 11.5v-8h8l9 9-8 8Z"/><circle cx="8" cy="8" r="1.5"/>',
    "quote": '<path d="M4 4.5h16v12h-8.5L7 20.5v-4H4Z"/><path d="M8 9h8M8 12.5h5"/>',
    "wheelchair": '<circle cx="11" cy="4" r="1.6"/><path d="M11 7.5v6h6l2.5 6M11 10h5"/>'
    '<path d="M9 11.2a5.3 5.3 0 1 0 6.3 7.3"/>',
    "warning": '<path d="M12 4 2.8 20h18.4Z"/><path d="M12 10v4.5M12 17.2v.1"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.6v.1"/>',
}


@cache
def icon(name: str) -> SafeString:
    """Return a drawing as inline SVG, hidden from screen readers: the text beside it speaks."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none"'
        ' stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(PATHS[name]),  # noqa: S308  drawings of this file
    )
