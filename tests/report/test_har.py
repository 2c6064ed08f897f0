"""The traffic file: written entry by entry, and read back with the same verdicts."""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.message import Token, Trouble
from conformance.exceptions import UsageError
from conformance.judge.verdict import Outcome
from conformance.report.files import dumps
from conformance.report.har import HarWriter, exchange_of, parse_traffic
from conformance.report.record import TRAFFIC_FORMAT
from conformance.strategies.changes import apply, changes, odd_changes
from tests.report.formats.material import validator
from tests.shipped import HEADER

from .builders import JSON, NAME, REQUEST, SECRET, TOKEN, answer, evidence, exchange, verdicts_of

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.contract.message import Exchange


def test_a_file_is_har_1_2(tmp_path: Path) -> None:
    """It names its creator and holds every entry, in the order of the numbers, whatever that of their arrival."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    for number in (2, 10, 1):
        writer.add(number, evidence(exchange(number=number)).har)
    writer.close()
    log = json.loads(path.read_text())["log"]
    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "remote-mirror-conformance"
    assert [entry["_conformance"]["number"] for entry in log["entries"]] == [1, 2, 10]
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_without_traffic_leaves_a_valid_file(tmp_path: Path) -> None:
    """Its list of entries is empty."""
    path = tmp_path / "traffic.har"
    HarWriter(path).close()
    assert json.loads(path.read_text())["log"]["entries"] == []


def test_entries_are_written_at_once(tmp_path: Path) -> None:
    """Nothing is kept in memory, and until the end the directory shows no file."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    for number in range(1000):
        writer.add(number, {"text": "x" * 100})
    assert list(tmp_path.iterdir()) == []
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_entries_come_from_many_threads(tmp_path: Path) -> None:
    """None is lost and none is torn."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    entry = {"text": "x" * 500}
    threads = [threading.Thread(target=lambda: [writer.add(n, entry) for n in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert json.loads(path.read_text())["log"]["entries"] == [entry] * 1600


def test_a_discarded_file_leaves_the_one_before(tmp_path: Path) -> None:
    """The file of an earlier run stays as it is."""
    path = tmp_path / "traffic.har"
    path.write_text("before")
    writer = HarWriter(path)
    writer.add(1, {})
    writer.discard()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_closed_file_does_not_change(tmp_path: Path) -> None:
    """Adding to a closed file, closing it again and discarding it do nothing."""
    path = tmp_path / "traffic.har"
    writer = HarWriter(path)
    writer.close()
    before = path.read_text()
    writer.add(1, {"late": True})
    writer.close()
    writer.discard()
    assert path.read_text() == before


def test_a_missing_directory_is_an_error_at_once(tmp_path: Path) -> None:
    """Before anything is sent."""
    with pytest.raises(FileNotFoundError):
        HarWriter(tmp_path / "nowhere" / "traffic.har")


CREATED = {
    "id": 1, "repository_id": 2112029391, "update_status": "finished", "url": "https://example.com/test.git",
    "last_update_at": "2024-11-25T14:22:28.000+08:00", "last_successful_update_at": "2024-11-25T14:22:28.000+08:00",
    "number_of_failures": None, "mirroring_enabled": True, "is_private": False, "endpoint_uuid": None,
    "last_error": None,
}  # fmt: skip
LONG = Token(b"unknown-", length=100_000)
SWAPPED = Token(SECRET.swapcase().encode(), secret=NAME, made_by="{}.swapcase()")
SHORT = Token(b"q", secret="TOKEN_1")
WITH_PASSWORD = replace(REQUEST, body=b'{"url": "https://mirror:correct-horse@example.com/test.git"}')


def created(url: str, said: str, token: Token = TOKEN) -> Exchange:
    """A 201 to a request with this url, that says a text where it should repeat that."""
    body = json.dumps({"url": url}).encode()
    return exchange(replace(REQUEST, token=token, body=body), answer(201, json.dumps(CREATED | {"url": said}).encode()))


EXCHANGES = {
    "created": exchange(REQUEST, answer(201, json.dumps(CREATED).encode())),
    "created, with a leak": exchange(REQUEST, answer(201, json.dumps({**CREATED, "last_error": SECRET}).encode())),
    "a leak in a header": exchange(REQUEST, answer(401, b"{}", (b"X-Auth-Token", SECRET.encode()))),
    "half a token is no leak": exchange(REQUEST, answer(401, SECRET[:20].encode())),
    "a leak of a long token": exchange(replace(REQUEST, token=LONG), answer(401, b"x" + LONG.value[:50_000])),
    "a leak of a token of 60 characters": exchange(
        replace(REQUEST, token=replace(LONG, length=60)), answer(401, replace(LONG, length=60).value)
    ),
    "a leak of a changed token": exchange(replace(REQUEST, token=SWAPPED), answer(401, SWAPPED.value)),
    "the valid token, where a changed one was sent": exchange(
        replace(REQUEST, token=SWAPPED), answer(401, SECRET.encode())
    ),
    "a token of 1 character": exchange(replace(REQUEST, token=SHORT), answer(201, b"q")),
    "no token": exchange(replace(REQUEST, token=None)),
    "no token, but in another field": exchange(
        replace(REQUEST, token=None, headers=(*REQUEST.headers, (b"X-Token", SECRET.encode())))
    ),
    "an empty token": exchange(replace(REQUEST, token=Token(b""))),
    "a password repeated": exchange(
        WITH_PASSWORD, answer(201, json.dumps(CREATED | {"last_error": "correct-horse"}).encode())
    ),
    "a url repeated, without its user info": exchange(WITH_PASSWORD, answer(201, json.dumps(CREATED).encode())),
    "no UTF-8": exchange(REQUEST, answer(401, b"\xff\xfe")),
    "a coding that is not undone": exchange(REQUEST, replace(answer(401, b"\xff\x1b"), coding="br")),
    "a damaged coding": exchange(REQUEST, replace(answer(401, b"\x1f\x8b"), coding="gzip", damaged=True)),
    "a stack trace": exchange(REQUEST, answer(500, b"java.lang.IllegalStateException\n\tat a.B.c(D.java:1)")),
    "dropped": exchange(REQUEST, trouble=Trouble.DROPPED, detail="reset by peer", confirmed=True),
    "not sent": exchange(REQUEST, trouble=Trouble.NOT_SENT, detail="max-requests = 1 was reached"),
    "HEAD": exchange(replace(REQUEST, method="HEAD", body=None, headers=()), answer(404, b"")),
    "an id of 400 digits": exchange(
        replace(REQUEST, target=b"/v4/repositories/" + b"9" * 400 + b"/remote-mirror/associate")
    ),
    "a url with half a surrogate pair": exchange(
        replace(REQUEST, body=b'{"url": "https://a:correct-horse@example.com/\\ud800"}'), answer(400, b"correct-horse")
    ),
    "an id of 200 digits": exchange(
        replace(REQUEST, target=b"/v4/repositories/%b/remote-mirror/associate" % (b"9" * 200))
    ),
    "a url with U+FFFD, with another in its place": created("https://example.com/\ufffd", "https://example.com/\ud800"),
    "a url with half a surrogate pair, repeated": created("https://example.com/\ud800", "https://example.com/\ufffd"),
    "a url with half a pair in its password": created("https://a:b\ud800cdefgh@example.com/", "b\ud800cdefgh"),
    "a password of zeros, in an id that is not set": created("https://a:00000000@example.com/", "0000000000000000"),
    "a password of zeros, in its place": created("https://a:00000000@example.com/", "x:00000000@y"),
    "a password that stands twice, alone": created("https://hunter22:hunter22@example.com/", "no hunter22"),
    "a password, decoded": created("https://a:p%40ssword@example.com/", "https://a:p@ssword@example.com/"),
    "a password with a slash, decoded": created("https://a:p%2Fssword@b.c/", "https://a:p/ssword@b.c/"),
    "a password, encoded": created("https://a:p%40ssword@example.com/", "https://a:p%40ssword@example.com/"),
    "a short password, encoded": created("https://a:b@example.com/", "https%3A%2F%2Fa%3Ab%40example.com"),
    "a mark of a password": created("https://a:correct-horse@example.com/", "a:*password*@, %2Apassword%2A"),
    "marks of a password": created("https://a:correct-horse@example.com/", "*password* *password-2* *password-3*"),
    "a password like a mark": created("https://a:*password*@example.com/", "*password*"),
    "a mark for a password like a mark": created("https://a:*password*@example.com/", "*password-2*"),
    "a mark of the token": created("https://example.com/", f"set ${NAME}"),
    "a longer mark of the token": created("https://example.com/", f"${NAME}_ ${NAME}-2"),
    "the token as password, repeated": created(f"https://a:{quote(SECRET, safe='')}@example.com/", f"no {SECRET}"),
    "the token as password, in a url": created(
        f"https://a:{quote(SECRET, safe='')}@example.com/", f"https://a:{quote(SECRET, safe='')}@example.com/"
    ),
    "an invented token as password, repeated": created(
        "https://a:invented-token-x@b/", "https://a:invented-token-x@b/", Token(b"invented-token-x")
    ),
    "the token as password, hidden": created(f"https://a:{quote(SECRET, safe='')}@example.com/", f"${NAME} *password*"),
    "the token in a password, of which the token is told": created(
        f"https://a:{quote(SECRET, safe='')}xy@example.com/", SECRET
    ),
    "the token in a password that is told": created(
        f"https://a:{quote(SECRET, safe='')}xy@example.com/", f"{SECRET}xy"
    ),
    "a password in the token that is told": created("https://a:s3cr3t_T0ken@example.com/", SECRET),
    "a password in the token, alone": created("https://a:s3cr3t_T0ken@example.com/", "s3cr3t_T0ken"),
    "the second of two passwords": exchange(
        replace(REQUEST, body=b'["https://a:correct-horse@b/", "https://a:battery-staple@b/"]'),
        answer(400, b"no battery-staple"),
    ),
    "a token of zeros, in an id that is not set": exchange(
        replace(REQUEST, token=Token(b"0" * 30)), answer(401, b"0" * 32)
    ),
    "a second token, repeated": exchange(
        replace(REQUEST, token=Token(b"unknown"), headers=((b"X-Auth-Token", SECRET.encode()), *JSON)),
        answer(401, SECRET.encode()),
    ),
    "a second token, of 20 characters, repeated": exchange(
        replace(REQUEST, headers=((b"X-Auth-Token", b"abcdefghijklmnopqrst"), *JSON)),
        answer(401, b"abcdefghijklmnopqrst"),
    ),
    "a second token, in a header that is hidden": exchange(
        replace(REQUEST, headers=((b"X-Auth-Token", b"abcdefghijklmnopqrst"), *JSON)),
        answer(401, b"", (b"X-Subject-Token", b"abcdefghijklmnopqrst")),
    ),
    "an id that is not UTF-8": exchange(replace(REQUEST, target=b"/v4/repositories/\xff/remote-mirror/associate")),
    "two tokens": exchange(replace(REQUEST, headers=((b"X-Auth-Token", SECRET.encode()), *JSON))),
    "a member of 1,000,000 characters": exchange(replace(REQUEST, body=b'{"note": "' + b"x" * 1_000_000 + b'"}')),
}


def again(made: Exchange) -> Exchange | None:
    """The exchange, as it is read back from a file."""
    return exchange_of(json.loads(dumps(evidence(made).har)))


@pytest.mark.parametrize("case", EXCHANGES)
def test_an_exchange_judged_again_has_the_same_verdicts(case: str) -> None:
    """Redaction removes nothing that a rule reads."""
    made = EXCHANGES[case]
    read = again(made)
    assert read is not None
    assert verdicts_of(read) == verdicts_of(made)


VALIDATOR = validator("har")
SPELT = {
    "as it is": lambda text: text,
    "JSON-escaped": lambda text: json.dumps(text)[1:-1],
    "JSON-escaped, slashes too": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "in base64": lambda text: base64.b64encode(text.encode("latin-1")).decode(),
    "in urlsafe base64": lambda text: base64.urlsafe_b64encode(text.encode("latin-1")).decode().rstrip("="),
    "in the other case": str.swapcase,
    "cut": lambda text: text[: len(text) // 2],
    "headless": lambda text: text[1:],
    "between parentheses": lambda text: f"({text})",
}
CHANGED = changes(HEADER) | odd_changes(HEADER)
PASSWORDS = (
    "correct-horse",
    "hunter2",
    "p%40ss%2Fw%C3%B6rd",
    "mirror",
    "mirror-mirror",
    "c%22o%5Crrect",
    "*password*",
    "00000000",
    quote(SECRET, safe=""),
)


@given(
    token=st.sampled_from((TOKEN, SWAPPED, LONG, replace(LONG, length=60), SHORT, Token(b""), None)),
    password=st.sampled_from(PASSWORDS),
    echo=st.lists(
        st.tuples(st.sampled_from(("token", "secret", "password", "decoded", "marks")), st.sampled_from(sorted(SPELT)))
    ),
    place=st.sampled_from(("body", "header", "token header", "no UTF-8")),
    status=st.sampled_from((201, 401, 404, 500)),
    whole_url=st.booleans(),
)
def test_any_echo_judged_again_has_the_same_verdicts(
    token: Token | None, password: str, echo: list[tuple[str, str]], place: str, status: int, *, whole_url: bool
) -> None:
    """An answer that leaked a token leaks it again, however it is spelled; another one does not."""
    said = {
        "token": token.value.decode("latin-1") if token and token.length < 1000 else "",
        "secret": SECRET,
        "password": password,
        "decoded": unquote(password, "latin-1"),
        "marks": f"*password* *password-2* ${NAME} ${NAME}_",
    }
    text = " ".join(SPELT[how](said[what]) for what, how in echo).encode("utf-8")
    text += f" https://mirror:{password}@example.com/test.git".encode() if whole_url else b""
    body, headers = {
        "body": (text, ()),
        "header": (b"{}", ((b"X-Echo", text),)),
        "token header": (b"{}", ((b"X-Auth-Token", text),)),
        "no UTF-8": (b"\xff" + text, ()),
    }[place]
    url = json.dumps({"url": f"https://mirror:{password}@example.com/test.git"}).encode()
    made = exchange(replace(REQUEST, token=token, body=url), answer(status, body, *headers))
    read = again(made)
    assert read is not None
    assert verdicts_of(read) == verdicts_of(made)


@pytest.mark.parametrize("spelt", ["as it is", "JSON-escaped", "in base64"])
@pytest.mark.parametrize("name", CHANGED)
def test_an_error_that_repeats_a_changed_token_is_json_again_or_is_none_again(name: str, spelt: str) -> None:
    """The placeholder changes no property of the envelope."""
    token = apply(CHANGED[name], TOKEN)
    text = SPELT[spelt](token.value.decode("latin-1")).encode("latin-1")
    made = exchange(replace(REQUEST, token=token), answer(401, b'{"error_code": "A.1", "error_msg": "not %b"}' % text))
    read = again(made)
    assert read is not None
    assert verdicts_of(read) == verdicts_of(made)


def test_a_leak_is_seen_again() -> None:
    """The cases above with a leak really have one."""
    leaking = {case for case, made in EXCHANGES.items() if ("leak.token", Outcome.FAIL, "other") in verdicts_of(made)}
    assert leaking == {
        "a leak in a header", "a leak of a token of 60 characters", "a leak of a changed token",
        "a second token, repeated", "a second token, of 20 characters, repeated",
        "a second token, in a header that is hidden",
    }  # fmt: skip
    both = {
        ("leak.password", Outcome.FAIL, "service"): {
            "a password repeated", "a password of zeros, in its place", "a password, decoded", "a password, encoded",
            "a short password, encoded", "a password like a mark", "the token as password, repeated",
            "the token as password, in a url", "the token in a password that is told",
            "a password in the token that is told", "a password in the token, alone",
            "a url with half a pair in its password", "a password with a slash, decoded",
            "an invented token as password, repeated",
        },
        ("leak.token", Outcome.FAIL, "service"): {
            "created, with a leak", "the token as password, repeated", "the token as password, in a url",
            "the token in a password, of which the token is told", "the token in a password that is told",
            "a password in the token that is told", "an invented token as password, repeated",
        },
    }  # fmt: skip
    for verdict, cases in both.items():
        assert {case for case, made in EXCHANGES.items() if verdict in verdicts_of(made)} == cases


def test_an_exchange_is_read_back_with_everything_but_its_secrets() -> None:
    """Facts, times, numbers and transport errors are the same."""
    made = EXCHANGES["dropped"]
    read = again(made)
    assert read is not None
    assert replace(read, request=made.request) == made
    assert SECRET.encode() not in (read.request.token or Token(b"")).value


def test_an_entry_without_the_fields_that_http_adds_is_read_as_one_with_them() -> None:
    """Files of older versions have neither them nor a comment."""
    entry = json.loads(dumps(evidence(EXCHANGES["created"]).har))
    named = [field["name"] for field in entry["request"]["headers"]]
    assert named == ["Host", "X-Auth-Token", "Content-Type", "Content-Length"]
    read = exchange_of(entry)
    entry["request"]["headers"] = [field for field in entry["request"]["headers"] if "_added" not in field]
    del entry["comment"]
    assert exchange_of(entry) == read
    assert read is not None
    assert read.request.headers == JSON


@pytest.mark.parametrize("case", EXCHANGES)
def test_every_entry_is_har_by_its_schema(case: str) -> None:
    """For any request and answer; the url is one, and a body that is not UTF-8 is in base64."""
    entry = json.loads(dumps(evidence(EXCHANGES[case]).har))
    log = {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [entry]}
    VALIDATOR.validate({"log": log})
    assert re.fullmatch(r"[!#-;=?-Z\[\]_a-z~%]+", entry["request"]["url"])
    assert entry["comment"].startswith("exchange 17: id.maximum.unknown-token")


def test_lengths_are_those_of_the_message() -> None:
    """Of the body as it was sent; unknown where a coding was undone."""
    made = exchange(REQUEST, answer(401, b"\xff\xfe"))
    har = json.loads(dumps(evidence(made).har))
    assert (har["request"]["bodySize"], har["response"]["bodySize"]) == (len(REQUEST.body or b""), 2)
    assert har["response"]["content"]["encoding"] == "base64"
    packed = exchange(REQUEST, answer(401, b"{}", (b"Content-Encoding", b"gzip")))
    assert json.loads(dumps(evidence(packed).har))["response"]["bodySize"] == -1


def test_a_cut_answer_is_not_judged_again() -> None:
    """Its end is missing; one that is long only because it repeats the token is complete."""
    request = replace(REQUEST, token=LONG)
    leaking = again(exchange(request, answer(401, b"<" + LONG.value + b">")))
    assert leaking is not None
    assert ("leak.token", Outcome.FAIL, "other") in verdicts_of(leaking)
    assert again(exchange(REQUEST, answer(201, b" " * 65_537))) is None


def test_an_entry_of_another_tool_is_an_error() -> None:
    """It has no facts to judge by."""
    with pytest.raises(KeyError, match="_conformance"):
        exchange_of({"request": {}, "response": {}})


@pytest.mark.parametrize("number", [1, TRAFFIC_FORMAT + 1, None])
def test_traffic_of_another_format_is_refused_in_one_line(number: object) -> None:
    """The line names the format found and the format that this version reads."""
    raw = dumps({"log": {"entries": [], "_conformance": {"format": number}}}).encode()
    with pytest.raises(
        UsageError, match=rf"^old\.har is traffic of format {number}, and this version reads {TRAFFIC_FORMAT}: \w"
    ):
        parse_traffic(raw, "old.har")
