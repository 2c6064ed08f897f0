"""The suite's verdicts on the three servers, judged by hand."""

from __future__ import annotations

from typing import Final

_422 = "FastAPI answers 422 to a required header that is missing or too short, before the team's code runs"
_NODE = "Node takes headers of 16 KiB, and answers 431 itself, unless `--max-http-header-size` says more"
_ECHO = "The refusal or the 201 repeats the url, user info and all"

JUDGED: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "FastAPI": {
        "path.repository_id.type": (
            "true",
            "pydantic's lax mode reads `2112029391.0`, underscores between digits and spaces around them",
        ),
        "status.401.missing-token": ("true", _422),
        "status.401.empty-token": ("true", _422),
        "status.401.precedence": ("true", f"{_422}, for any repository"),
        "request.body.not-json": ("true", "Python's `json` reads `NaN`, which RFC 8259 does not have"),
        "status.server-error": (
            "true",
            "the 422 repeats a `NaN`, and cannot be written; a lone surrogate cannot be encoded for SQLite",
        ),
        "response.201.last_update_at.format": ("true", "SQLite keeps no offset, so the date that comes back has none"),
        "response.201.last_successful_update_at.not-null": (
            "arguable",
            "the mirror was never synchronised, and null says so; the page's example has a date there",
        ),
        "response.201.url.echo": (
            "true",
            "`HttpUrl` writes the url anew: scheme and host in lower case, a slash where the path is empty",
        ),
        "error.other.envelope": ("true", "FastAPI's own 404, 405 and 422 are an object of `detail`"),
        "leak.token": ("true", "the 422 repeats what it refuses as `input`, a token of 100,001 characters too"),
        "leak.password": ("true", _ECHO),
    },
    "Flask": {
        "path.repository_id.type": ("true", "Werkzeug's `int` converter matches `\\d+`, digits of every script"),
        "request.body.not-json": ("true", "Python's `json` reads `NaN`, which RFC 8259 does not have"),
        "status.server-error": (
            "true",
            '`request.get_json()["url"]` raises where there is none, and `urlparse` raises at a number or a bracket',
        ),
        "error.other.envelope": ("true", "Werkzeug's 400, 405 and 415 are HTML; only 404 has a handler here"),
        "leak.password": ("true", _ECHO),
    },
    "Express": {
        "path.repository_id.type": ("true", "`parseInt` reads the digits in front and forgets the rest"),
        "status.401.unknown-token": (
            "true",
            "`tokens['constructor']` is a function of every object, so that the token seems to be somebody's",
        ),
        "header.x-auth-token.length": ("true", _NODE),
        "request.body.not-json": ("true", "body-parser replaces bytes that are no UTF-8, and parses the rest"),
        "request.url.type": ("true", "`new URL` makes a text of an array of one text"),
        "response.201.url.type": ("arguable", "the same array comes back; the request was not in contract"),
        "status.server-error": (
            "true",
            "`express.json()` leaves `req.body` undefined for other media types, which cannot be taken apart",
        ),
        "error.other.envelope": ("true", "Express' 404 and body-parser's 400 are HTML"),
        "leak.password": ("true", _ECHO),
        "leak.stack-trace": ("true", "Express' error page has the stack unless `NODE_ENV` is `production`"),
    },
}
"""Of each server the clauses that it fails: true, arguable or false, and why."""

NOT_SEEN: Final[dict[str, tuple[str, ...]]] = {
    "FastAPI": ("two rows where a repository's very first two requests come at once: the suite sends the first alone",),
    "Flask": (),
    "Express": (),
}
"""The mistakes of each that the suite does not see."""
