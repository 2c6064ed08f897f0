"""Exchanges of stored traffic, cut to what is shown beside a change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.judge.verdict import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["in_one_line", "shown_exchanges"]

_LONGEST_BODY = 2_000
_LONGEST_LINE = 300


def shown_exchanges(raw: bytes | None) -> dict[str, dict[str, Any]]:
    """For each probe the exchange that its behaviour was read off; nothing where there is no traffic."""
    shown: dict[str, dict[str, Any]] = {}
    entries = json.loads(raw)["log"]["entries"] if raw else []
    for entry in sorted(entries, key=lambda entry: int(entry["_conformance"]["number"])):
        known = entry["_conformance"]
        if not known["superseded"] and known["clauses"] is not None:
            shown.setdefault(known["probe"], _shown(entry, known))
    return shown


def _shown(entry: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    request, answer = entry["request"], entry["response"]
    text = answer["content"].get("text", "")
    return {
        "exchange": known["number"],
        "at": entry["startedDateTime"],
        "request": in_words(f"{request['method']} {known['target']}", _LONGEST_LINE),
        "status": answer["status"],
        "headers": {field["name"]: field["value"] for field in answer["headers"]},
        "body": text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}…",
        "trouble": known["trouble"],
    }


def in_one_line(exchange: Mapping[str, Any]) -> str:
    """An exchange for people."""
    if not exchange["status"]:
        return f"{exchange['request']} → no answer ({exchange['trouble']}), exchange {exchange['exchange']}"
    body = in_words(" ".join(str(exchange["body"]).split()), _LONGEST_LINE)
    return f"{exchange['request']} → {exchange['status']} {body}".rstrip() + f", exchange {exchange['exchange']}"
