"""Exchanges in the form of Allure's HTTP viewer."""

from __future__ import annotations

from dataclasses import replace

from conformance.contract.message import Trouble
from conformance.report.http_exchange import http_exchange

from .builders import BASE_URL, NAME, REQUEST, UNAUTHORIZED, answer, evidence, exchange


def test_an_exchange_has_the_form_that_the_viewer_reads() -> None:
    """Times in milliseconds, header fields in order, bodies with type, size and encoding."""
    shown = http_exchange(evidence(exchange()))
    assert (shown["schemaVersion"], shown["start"], shown["stop"]) == (1, 1_700_000_000_250, 1_700_000_000_375)
    assert shown["request"]["url"] == f"{BASE_URL}/v4/repositories/2112029391/remote-mirror/associate"
    assert shown["request"]["headers"][0] == {"name": "X-Auth-Token", "value": f"${NAME}"}
    assert shown["request"]["body"]["contentType"] == "application/json"
    assert shown["response"]["status"] == 401
    assert shown["response"]["body"] == {
        "contentType": "application/json",
        "encoding": "utf8",
        "value": UNAUTHORIZED.decode(),
        "size": len(UNAUTHORIZED),
        "truncated": False,
    }
    assert "error" not in shown


def test_no_answer_is_an_error_with_a_name() -> None:
    """The viewer shows it in place of a response."""
    shown = http_exchange(evidence(exchange(trouble=Trouble.DROPPED, detail="reset: by peer")))
    assert shown["response"] is None
    assert shown["error"] == {"name": "the connection was dropped", "message": "reset: by peer"}
    bare = http_exchange(evidence(exchange(trouble=Trouble.TIMEOUT)))
    assert bare["error"] == {"name": "no answer in time", "message": "no answer in time"}


def test_nothing_sent_is_no_body() -> None:
    """And an empty answer has none either."""
    shown = http_exchange(evidence(exchange(replace(REQUEST, method="HEAD", body=None, headers=()), answer(404, b""))))
    assert "body" not in shown["request"]
    assert "body" not in shown["response"]


def test_bytes_are_in_base64_and_cuts_are_told() -> None:
    """As the viewer wants to know them."""
    shown = http_exchange(evidence(exchange(replace(REQUEST, body=b"[" * 70_000), answer(400, b"\xff"))))
    assert shown["request"]["body"]["truncated"] is True
    assert shown["request"]["body"]["size"] == 70_000
    assert shown["response"]["body"]["encoding"] == "base64"
    cut = http_exchange(evidence(exchange(REQUEST, replace(answer(), truncated=True))))
    assert cut["response"]["body"]["truncated"] is True
