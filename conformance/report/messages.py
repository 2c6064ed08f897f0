"""Requests and answers of a HAR entry as text, one line for each field, as HTTP/1.1 writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["answer_text", "request_text"]


def request_text(entry: Mapping[str, Any]) -> str:
    """The request: its line, its fields, and after an empty line its body."""
    request, known = entry["request"], entry["_conformance"]
    return _message(f"{request['method']} {known['target']} HTTP/1.1", request["headers"], request.get("postData"))


def answer_text(entry: Mapping[str, Any]) -> str:
    """The answer in the same form; one line says why there was none."""
    answer, known = entry["response"], entry["_conformance"]
    if not answer["status"]:
        return f"no answer: {known['detail'] or known['trouble']}"
    start = f"{answer['httpVersion']} {answer['status']} {answer['statusText']}".rstrip()
    return _message(start, answer["headers"], answer["content"])


def _message(start: str, fields: list[Mapping[str, str]], body: Mapping[str, Any] | None) -> str:
    lines = [start, *(f"{one['name']}: {one['value']}" for one in fields)]
    text = (body or {}).get("text")
    if text:
        coded = (body or {}).get("encoding") == "base64" or (body or {}).get("_encoding") == "base64"
        lines += ["", f"(in base64) {text}" if coded else text]
    return "\n".join(lines)
