"""Evidence: HAR entries, verdicts and behaviour without a secret."""

from __future__ import annotations

import base64
import json
from dataclasses import fields, replace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.facts import Facts
from conformance.contract.message import Token, Trouble
from conformance.judge.behaviour import Behaviour
from conformance.report.evidence import RedactedExchange, evidence_of, redacted_behaviour, redacted_verdict
from conformance.traffic.redaction import Redactor
from tests.shipped import ENVELOPE

from .builders import BASE_URL, BODY, JSON, NAME, REDACTOR, REQUEST, SECRET, TOKEN, answer, evidence, exchange, failed

ECHOES = {
    "whole": SECRET,
    "percent-encoded": quote(SECRET, safe=""),
    "percent-encoded in lower case": quote(SECRET, safe="").lower(),
    "JSON-escaped": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
    "in urlsafe base64": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "cut to half": SECRET[: len(SECRET) // 2],
    "its second half": SECRET[len(SECRET) // 2 :],
    "in the other case": SECRET.swapcase(),
}


def har(of: Any, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The entry, as it is read back."""
    entry: dict[str, Any] = json.loads(json.dumps(evidence(exchange(of, **changes)).har))
    return entry


def test_an_entry_is_har() -> None:
    """Every member that HAR 1.2 requires is there, with times in milliseconds."""
    entry = har(replace(REQUEST, target=b"/v4/repositories/1/remote-mirror/associate?a=b&c"))
    assert entry["startedDateTime"] == "2023-11-14T22:13:20.250+00:00"
    assert entry["time"] == 125
    assert entry["timings"] == {"send": 0, "wait": 125, "receive": 0}
    assert entry["cache"] == {}
    assert entry["request"].keys() >= {
        "method", "url", "httpVersion", "cookies", "headers", "queryString", "postData", "headersSize", "bodySize",
    }  # fmt: skip
    assert entry["request"]["url"] == f"{BASE_URL}/v4/repositories/1/remote-mirror/associate?a=b&c"
    assert entry["request"]["queryString"] == [{"name": "a", "value": "b"}, {"name": "c", "value": ""}]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": BODY.decode()}
    assert entry["response"].keys() >= {
        "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize",
        "bodySize",
    }  # fmt: skip
    assert entry["response"]["content"]["size"] == len(answer().body)


def test_facts_without_a_place_in_har_are_in_a_member_of_their_own() -> None:
    """Every field of the exchange and of its facts is kept."""
    known = har(REQUEST, flaky=2, superseded=True)["_conformance"]
    assert known["format"] == 2
    assert (known["number"], known["probe"]) == (17, "id.maximum.unknown-token")
    assert (known["flaky"], known["superseded"], known["confirmed"], known["trouble"]) == (2, True, False, None)
    assert known["facts"].keys() == {field.name for field in fields(Facts)}
    assert known["facts"]["role"] == "permitted"
    assert known["token"] == {
        "header": "X-Auth-Token", "kind": "valid", "length": 40, "secret": NAME, "made_by": None,
        "placeholder": f"${NAME}", "sha256": TOKEN.digest, "sought": True,
    }  # fmt: skip
    assert known["request_body"]["size"] == len(BODY)
    assert known["response_body"]["truncated"] is False


def test_an_entry_without_an_answer_has_status_0() -> None:
    """Its error is in words."""
    entry = har(REQUEST, trouble=Trouble.DROPPED, detail="reset by peer", confirmed=True)
    assert entry["response"]["status"] == 0
    assert entry["response"]["_error"] == "the connection was dropped: reset by peer"
    assert entry["_conformance"]["trouble"] == "the connection was dropped"
    assert entry["_conformance"]["response_body"] is None


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (None, None),
        (Token(b""), ""),
        (TOKEN, f"${NAME}"),
        (Token(b"q", secret="TOKEN_1"), "$TOKEN_1"),
        (Token(b"unknown"), f"<7 characters, sha256:{Token(b'unknown').digest}>"),
        (Token(b"ab", length=100_000), f"<100000 characters, sha256:{Token(b'ab', length=100_000).digest}>"),
    ],
    ids=["missing", "empty", "valid", "valid, of 1 character", "unknown", "unknown, of 100,000 characters"],
)
def test_the_token_is_never_shown(token: Token | None, shown: str | None) -> None:
    """Its header holds a placeholder; an empty one stays empty, none stays none."""
    headers = har(replace(REQUEST, token=token))["request"]["headers"]
    assert [one["value"] for one in headers if one["name"] == "X-Auth-Token"] == ([] if shown is None else [shown])


@pytest.mark.parametrize("how", ECHOES)
@pytest.mark.parametrize(
    "place",
    ["header", "header name", "sensitive header", "media type", "body", "no UTF-8", "long body", "reason", "location"],
)
def test_an_answer_that_repeats_a_secret_is_redacted(how: str, place: str) -> None:
    """No 16 characters of a repeated token are in the evidence, in any place and form."""
    echo = ECHOES[how].encode()
    responses = {
        "header": answer(401, b"{}", (b"X-Echo", b"token=" + echo)),
        "header name": answer(401, b"{}", (b"X-" + echo, b"1")),
        "sensitive header": answer(401, b"{}", (b"X-Subject-Token", echo), (b"Set-Cookie", b"t=" + echo)),
        "media type": replace(answer(401, b"{}"), headers=((b"Content-Type", b"text/plain; t=" + echo),)),
        "body": answer(401, b'{"error_msg": "' + echo + b'"}'),
        "no UTF-8": answer(401, b"\xff\xfe" + echo),
        "long body": answer(401, echo + b"x" * 100_000 + echo),
        "reason": replace(answer(401, b"{}"), reason=echo.decode()),
        "location": answer(302, b"", (b"Location", b"/?t=" + echo)),
    }
    made = evidence(exchange(REQUEST, responses[place]))
    texts = [json.dumps(made.har, ensure_ascii=False), made.curl]
    content: Any = made.har["response"]
    if content["content"].get("encoding") == "base64":
        texts.append(base64.b64decode(content["content"]["text"]).decode("latin-1"))
    for text in texts:
        assert not any(echo.decode()[start : start + 16] in text for start in range(len(echo) - 15))


@given(
    secret=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=16, max_size=50), near=st.booleans()
)
def test_no_secret_is_in_any_evidence(secret: str, *, near: bool) -> None:
    """An exchange that repeats a secret everywhere does not show it, changed or not."""
    redactor = Redactor({NAME: secret})
    token = Token(secret.encode(), secret=NAME)
    if near:
        token = Token(secret.encode() * 2, secret=NAME, made_by=f"{{}} + {secret!r}")
    forms = [secret, secret.swapcase(), json.dumps(secret), quote(secret), base64.b64encode(secret.encode()).decode()]
    response = answer(401, json.dumps(forms).encode(), *((b"X-Echo", form.encode()) for form in forms))
    request = replace(REQUEST, token=token, headers=(*JSON, (b"X-Key", secret.encode())))
    made = evidence_of(exchange(request, response, detail=repr(secret)), redactor, BASE_URL, envelope=ENVELOPE)
    for text in (json.dumps(made.har), str(made.har), made.curl):
        assert not any(secret[start : start + 16] in text for start in range(len(secret) - 15))


def test_an_echo_of_an_invented_token_is_its_placeholder() -> None:
    """So judging again sees the leak; tokens under 16 characters are left, since they stand in any text."""
    long, short = Token(b"unknown-", length=64), Token(b"unknown")
    response = answer(401, b"<" + long.value + b"> unknown")
    placeholder = REDACTOR.token(long)
    assert (
        har(replace(REQUEST, token=long), response=response)["response"]["content"]["text"]
        == f"<{placeholder}> unknown"
    )
    assert "unknown" in har(replace(REQUEST, token=short), response=response)["response"]["content"]["text"]


def test_sensitive_headers_are_shown_by_length() -> None:
    """They are recognised by name, with any value."""
    response = answer(401, b"{}", (b"set-cookie", b"session=1"), (b"X-Subject-Token", b"x" * 40))
    request = replace(REQUEST, headers=((b"Cookie", b"session=2"), (b"Authorization", b"")))
    entry = har(request, response=response)
    shown = {one["name"]: one["value"] for one in entry["request"]["headers"] + entry["response"]["headers"]}
    assert shown["set-cookie"] == "<9 characters>"
    assert shown["X-Subject-Token"].startswith("<40 characters, sha256:")
    assert shown["Cookie"] == "<9 characters>"
    assert shown["Authorization"] == ""


def test_a_short_token_in_a_field_of_any_name_is_its_name() -> None:
    """One of 16 characters or more is found within values too; one of a single character is no secret to be found."""
    redactor = Redactor({"SHORT": "s3cr3t", "TOKEN_1": "q"})
    request = replace(REQUEST, headers=((b"X-Api-Key", b"s3cr3t"), (b"X-Page", b"q"), (b"X-Other", b"s3cr3ts")))
    shown = RedactedExchange(exchange(request), redactor).fields(request.headers)
    assert [one["value"] for one in shown] == ["$SHORT", "q", "s3cr3ts"]


def test_a_password_in_the_url_is_redacted_everywhere() -> None:
    """In the request, the facts and the whole answer; no digest of such a body is shown."""
    body = b'{"url": "https://mirror:correct-horse@example.com/test.git"}'
    entry = har(replace(REQUEST, body=body), response=answer(201, body + b" password=correct-horse"))
    assert "correct-horse" not in json.dumps(entry)
    assert entry["_conformance"]["facts"]["url"] == "https://mirror:*password*@example.com/test.git"
    assert entry["response"]["content"]["text"].endswith("password=*password*")
    assert entry["_conformance"]["request_body"]["sha256"] is None


def test_a_password_in_a_body_that_is_refused_is_redacted_too() -> None:
    """The mirror_url of a description may have one, and stands in bodies that are cut, in an array, or misnamed."""
    url = b'"https://mirror:correct-horse@example.com/test.git"'
    told = b'{"error_msg": "correct-horse was not expected"}'
    bodies = (b'{"url": %b', b'{"url": [%b]}', b'{"uri": %b}', b"[%b]", b'{"url": %b,}')
    entries = [json.dumps(har(replace(REQUEST, body=body % url), response=answer(400, told))) for body in bodies]
    assert [entry for entry in entries if "correct-horse" in entry or "*password* was not expected" not in entry] == []


def test_long_bodies_are_cut() -> None:
    """Over 64 kB only 4 kB are kept, with length and digest of the whole."""
    entry = har(replace(REQUEST, body=b"[" * 70_000), response=answer(400, b"\xff" * 65_537))
    text = entry["request"]["postData"]["text"]
    assert text.startswith("[" * 4096 + "<… 70000 bytes, sha256:")
    assert len(text) < 4300
    assert entry["request"]["bodySize"] == 70_000
    assert entry["_conformance"]["request_body"]["cut"] is True
    assert entry["_conformance"]["response_body"]["cut"] is True
    assert har(replace(REQUEST, body=b"[" * 65_536))["_conformance"]["request_body"]["cut"] is False


def test_a_long_body_with_a_password_shows_no_digest() -> None:
    """A reader knows the rest of the body, so the digest would give the password away."""
    body = b'{"url": "https://mirror:correct-horse@example.com/test.git", "note": "' + b"x" * 70_000 + b'"}'
    text = har(replace(REQUEST, body=body))["request"]["postData"]["text"]
    assert text.endswith(f"<… {len(body)} bytes>")


def test_bodies_that_are_not_text_are_in_base64() -> None:
    """HAR has a member for that in the answer; the request has one of ours."""
    entry = har(replace(REQUEST, body=b"\xff\x00"), response=answer(400, b"\xfe\x00"))
    assert entry["request"]["postData"]["text"] == base64.b64encode(b"\xff\x00").decode()
    assert entry["request"]["postData"]["_encoding"] == "base64"
    assert entry["response"]["content"]["encoding"] == "base64"


def test_a_url_with_a_lone_surrogate_is_kept() -> None:
    """JSON can hold characters that UTF-8 cannot."""
    body = b'{"url": "https://mirror.invalid/\\ud800.git"}'
    written = {"_json": r'"https://mirror.invalid/\ud800.git"'}
    assert har(replace(REQUEST, body=body))["_conformance"]["facts"]["url"] == written
    assert (
        har(replace(REQUEST, body=b'{"url": "https://[mirror"}'))["_conformance"]["facts"]["url"] == "https://[mirror"
    )


def test_a_verdict_quotes_no_secret() -> None:
    """Quotations of an answer are redacted in the message and in the outcome."""
    verdict = failed("error.401.code", message=f"error_code is '{SECRET}'", got=SECRET)
    assert redacted_verdict(verdict, REDACTOR) == replace(verdict, message=f"error_code is '${NAME}'", got=f"${NAME}")


def test_a_verdict_without_secrets_is_the_same_one() -> None:
    """Thousands of passes are not copied."""
    verdict = failed("error.401.code")
    assert redacted_verdict(verdict, REDACTOR) is verdict


def test_behaviour_names_no_secret() -> None:
    """Error code, media type and member names are redacted."""
    behaviour = Behaviour("state.first", 401, SECRET, None, f"{{{SECRET}: string}}")
    shown = Behaviour("state.first", 401, f"${NAME}", None, f"{{${NAME}: string}}")
    assert redacted_behaviour(behaviour, REDACTOR) == shown
