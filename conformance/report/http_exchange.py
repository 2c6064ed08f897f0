"""An exchange in the form of Allure's HTTP viewer (``application/vnd.allure.http+json``)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.report.record import Evidence

__all__ = ["http_exchange"]


def http_exchange(evidence: Evidence) -> dict[str, Any]:
    """The exchange, times in milliseconds; where there was no answer ``response`` is None and ``error`` says why."""
    har: Mapping[str, Any] = evidence.har
    request, response = har["request"], har["response"]
    start = round(datetime.fromisoformat(har["startedDateTime"]).timestamp() * 1000)
    sizes = har["_conformance"]
    sent = {
        "method": request["method"],
        "url": request["url"],
        "httpVersion": request["httpVersion"],
        "headers": request["headers"],
    }
    if post := request.get("postData"):
        sent["body"] = _body(post, post.get("_encoding"), sizes["request_body"])
    whole: dict[str, Any] = {
        "schemaVersion": 1,
        "start": start,
        "stop": start + round(har["time"]),
        "request": sent,
        "response": None,
    }
    if not response["status"]:
        name, _, message = str(response["_error"]).partition(": ")
        return {**whole, "error": {"name": name, "message": message or name}}
    whole["response"] = {
        "status": response["status"],
        "statusText": response["statusText"],
        "httpVersion": response["httpVersion"],
        "headers": response["headers"],
    }
    content = response["content"]
    if content.get("text"):
        whole["response"]["body"] = _body(content, content.get("encoding"), sizes["response_body"])
    return whole


def _body(part: Mapping[str, Any], encoding: str | None, size: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "contentType": part["mimeType"],
        "encoding": encoding or "utf8",
        "value": part["text"],
        "size": size["size"],
        "truncated": size["cut"] or size.get("truncated", False),
    }
