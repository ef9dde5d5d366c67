"""The pages of the played platforms. Each says that its data are invented."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from examples.places import Place, Platform
from examples.texts import invented, language_of, sentences, title

SENTENCES_A_PAGE: Final = 14
RIGHT_TO_LEFT: Final = frozenset({"ar"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP. ``wait`` is in seconds on the wall, in units of the program's setting."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "text/html; charset=utf-8"
    wait: float = 0.0


def page(heading: str, body: str, *, head: str = "", language: str = "en") -> str:
    """A whole page."""
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{escape(heading)}</title>{head}</head>\n"
        f'<body><p class="notice">{escape(invented(language))}</p>'
        f"<h1>{escape(heading)}</h1>\n{body}\n</body></html>\n"
    )


def note(status: int, heading: str, text: str, *, head: str = "", **headers: str) -> Reply:
    """A page that says one thing, such as that there is nothing here."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, page(heading, f"<p>{escape(text)}</p>", head=head), named)


def redirect(location: str, status: int = 302) -> Reply:
    """A way on to somewhere else."""
    return Reply(status, page("Moved", f'<a href="{escape(location)}">on</a>'), {"Location": location})


def as_json(status: int, data: dict[str, Any]) -> Reply:
    """An answer for programs."""
    body = json.dumps({**data, "notice": "Invented data."}, ensure_ascii=False)
    return Reply(status, body, media_type="application/json; charset=utf-8")


def meta(heading: str, first: str) -> str:
    """Open Graph members, as sites carry them only for what exists."""
    return (
        f'<meta property="og:title" content="{escape(heading)}">'
        f'<meta property="og:description" content="{escape(first)}">'
    )


def content(platform: Platform, place: Place) -> Reply:
    """What somebody sees who looks at a place that is there."""
    language = language_of(place.token)
    heading = title(place.token, language)
    lines = sentences(place.token, language, SENTENCES_A_PAGE)
    marks = MARKS.get(platform.behaviour, "")
    body = (
        f'<article id="content" data-platform="{escape(platform.slug)}">{marks}\n'
        + "\n".join(f"<p>{escape(line)}</p>" for line in lines)
        + "</article>"
    )
    if platform.behaviour == "telegram_like":
        body = (
            f'<div class="tgme_page_title"><span>{escape(place.account)}</span></div>'
            f'<div class="tgme_page_extra">{len(place.ident)} 000 subscribers (invented)</div>'
            f'<div class="tgme_widget_message" data-post="{escape(place.account)}/{place.ident}">{body}</div>'
        )
    return Reply(200, page(heading, body, head=meta(heading, lines[0]), language=language))


MARKS: Final = {
    "player_status": '<script>var player = {"playabilityStatus":{"status":"OK"}};</script>',
    "tombstone_post": '<div data-testid="tweet" data-typename="Tweet"></div>',
    "status_code_json": '<script type="application/json">{"statusCode":0,"itemInfo":{}}</script>',
    "archive_like": '<div id="theatre-ia" class="item-ia">Download options</div>',
    "tombstone_page": '<div class="post-body"></div>',
    "oembed": '<link rel="alternate" type="application/json+oembed" href="/oembed">',
}
SHELL: Final = page(
    "Clipshare", '<div id="app"></div><script>/* the same shell for every address */</script>'
)
