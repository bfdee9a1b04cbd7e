"""Template tags for the look of pages: drawings as SVG, which a strict content policy allows."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

PATHS = {
    "archive": "M3 5h18v4H3zM5 9v10h14V9M10 13h4",
    "arrow-left": "M19 12H5m6-6-6 6 6 6",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
    "check": "m5 12.5 4.5 4.5L19 7.5",
    "columns": "M4 5h16v14H4zM10 5v14M15 5v14",
    "download": "M12 4v11m-5-5 5 5 5-5M4 20h16",
    "eye": "M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h5",
    "filter": "M4 5h16l-6 8v6l-4 2v-8z",
    "gauge": "M4 18a9 9 0 1 1 16 0M12 15l4-5",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
    "home": "M4 11.5 12 4l8 7.5M6 10v10h12V10M10 20v-6h4v6",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 8v5m0-8.5v.1",
    "key": "M14 10a4 4 0 1 0-3.5 4l1.5-1.5V11h2l5 5v3h-3l-4.5-4.5",
    "keyboard": "M3 6h18v12H3zM7 10h.1M11 10h.1M15 10h.1M8 14h8",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "logout": "M14 4H5v16h9M10 12h10m-4-4 4 4-4 4",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2.3.8 3.5 2.7 3.5 5.5",
    "pause": "M8 5v14M16 5v14",
    "play": "M7 5v14l12-7z",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.7-4.7",
    "tree": "M12 3v5M5 16v-4h14v4M12 8v4M2.5 16h5v5h-5zM9.5 16h5v5h-5zM16.5 16h5v5h-5z",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14",
    "undo": "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
    "upload": "M12 16V5m-5 5 5-5 5 5M4 20h16",
    "user": "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
    "warning": "M12 4 2.5 20h19zM12 10v5m0 2.5v.1",
    "x": "M6 6l12 12M18 6 6 18",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of 24 by 24 units in the colour of the text around it; it says nothing by itself."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">'
        '<path d="{}"/></svg>',
        mark_safe(PATHS[name]),  # noqa: S308  # a constant of this module
    )
