"""The drawings beside words, as paths of an SVG of 24 by 24 with lines and no filling."""

from functools import cache

from markupsafe import Markup

ICONS = {
    "menu": "M4 6h16M4 12h16M4 18h16",
    "down": "m6 9 6 6 6-6",
    "right": "m9 6 6 6-6 6",
    "left": "m15 6-6 6 6 6",
    "up": "m6 15 6-6 6 6",
    "search": "M21 21l-4.3-4.3M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 3.6-6 8-6s8 2 8 6",
    "people": (
        "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-3.5 2.9-5.5 6.5-5.5s6.5 2 6.5 5.5"
        "M16 4.2a3.5 3.5 0 0 1 0 6.6M18 15c2.2.7 3.5 2.4 3.5 5"
    ),
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "chart": "M4 20V10M10 20V4M16 20v-7M21 20H3",
    "doc": "M14 3H6v18h12V7zM14 3v4h4M9 12h6M9 16h6",
    "send": "M21 3 3 10.5l7 2.5 2.5 7zM10 13l4-4",
    "cart": "M3 4h2l2.5 11h10l2-8H6M9 20h.01M17 20h.01",
    "truck": (
        "M3 6h11v10H3zM14 9h4l3 3.5V16h-7M7 19a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3"
        "M17 19a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3"
    ),
    "box": "M12 3 4 7v10l8 4 8-4V7zM4 7l8 4 8-4M12 11v10",
    "calendar": "M4 6h16v15H4zM4 10h16M8 3v4M16 3v4",
    "till": "M5 3h14v18l-3.5-2-3.5 2-3.5-2L5 21zM9 8h6M9 12h6",
    "bank": "M4 10h16L12 4zM6 10v8M10 10v8M14 10v8M18 10v8M4 20h16",
    "book": "M5 4h13v16H7a2 2 0 0 1-2-2zM5 17h13M9 8h5",
    "folder": "M3 6h6l2 2h10v11H3z",
    "report": "M5 3h14v18H5zM9 16v-3M12 16V8M15 16v-5",
    "tool": "M14.5 6.5a4 4 0 0 0 5 5L10 21l-4-4 9.5-9.5M19.5 11.5l-2-2",
    "gear": (
        "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2"
    ),
    "code": "m8 7-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14",
    "ok": "m5 13 4 4L19 7",
    "wrong": "M6 6l12 12M18 6 6 18",
    "warn": "M12 4 2.5 20h19zM12 10v5M12 17.5v.01",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3 2",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "download": "M12 4v11M7 10l5 5 5-5M4 20h16",
    "upload": "M12 16V5M7 10l5-5 5 5M4 20h16",
    "mail": "M3 5h18v14H3zM3 7l9 6 9-6",
    "edit": "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    "link": "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17",
    "clip": "M20 11.5 12 19.5a5 5 0 0 1-7-7L13.5 4a3.5 3.5 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l7.5-7.5",
    "eye": "M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7S2 12 2 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
    "dots": "M5 12h.01M12 12h.01M19 12h.01",
    "star": "m12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z",
    "filter": "M3 5h18l-7 8v6l-4 2v-8z",
    "shield": "M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6zM9 12l2 2 4-4",
    "columns": "M4 4h16v16H4zM10 4v16M15 4v16",
}


@cache
def icon(name: str) -> Markup:
    """The SVG of a drawing; nothing for a name that is none. A decoration: the words beside it say what it means."""
    path = ICONS.get(name)
    if path is None:
        return Markup("")
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>'
    ).format(path)
