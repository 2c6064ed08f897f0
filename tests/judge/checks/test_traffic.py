"""Rules for everything that is sent: no 5xx, no dropped connection, nothing given away."""

from __future__ import annotations

import base64
import html
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from conformance.contract.message import Token, Trouble
from conformance.judge.checks.traffic import server_error, stack_trace, token
from conformance.judge.verdict import AnsweredBy, Outcome
from tests.judge.cases import Case
from tests.judge.exchanges import (
    MISSING,
    NEAR,
    UNKNOWN,
    VALID,
    answer,
    created,
    exchange,
    failing,
    mirror,
    outcome_of,
    reading,
    refused,
    silence,
    unknown,
    verdicts,
)

if TYPE_CHECKING:
    from conformance.contract.message import Exchange

GOOD = exchange(created())
SECRET = Token(b'Aa/b+c"d\\e=f&g<h>i~?!xyz~~~???x')  # in base64 it has every character of that, and padding
WITH_PASSWORD = "https://mirror:correct-horse-battery@mirror.invalid/test.git"
TRACE = b'Traceback (most recent call last):\n  File "/app/x.py", line 7, in <module>\nValueError: no\n'


def coded(one: Exchange, coding: str, *, damaged: bool = False) -> Exchange:
    """The exchange, with a coding left on the body of its answer."""
    assert one.response is not None
    return replace(one, response=replace(one.response, coding=coding, damaged=damaged))


CASES = {
    "status.server-error": Case(
        passes=GOOD,
        fails=exchange(refused(500, "CH.00000500"), id=0),
        message="answered 500 CH.00000500",
        got="500 CH.00000500",
        accepted=("any status but 5xx", "501 to another method"),
        says_nothing_of=silence(),
    ),
    "connection.dropped": Case(
        passes=GOOD,
        fails=silence(confirmed=True, detail="peer closed connection"),
        message="the connection was dropped, again and again: peer closed connection",
        got="the connection was dropped",
        accepted=("an answer",),
        says_nothing_of=silence(Trouble.NOT_SENT),
        answered_by=AnsweredBy.OTHER,
    ),
    "response.content-coding": Case(
        passes=GOOD,
        fails=coded(exchange(created()), "gzip", damaged=True),
        message="the body is not in the content coding gzip",
        got="201, gzip that is none",
        accepted=("no content coding", "one that can be undone"),
        says_nothing_of=silence(),
    ),
    "leak.token": Case(
        passes=GOOD,
        fails=exchange(refused(401, error_msg=f"who is {UNKNOWN.value.decode()}?"), token=UNKNOWN),
        message="the token that was sent stands in the body",
        got="the token in the body",
        accepted=("an answer without the token",),
        says_nothing_of=exchange(refused(401), token=None),
    ),
    "leak.password": Case(
        passes=exchange(created(url="https://mirror.invalid/test.git"), url=WITH_PASSWORD),
        fails=exchange(created(url=WITH_PASSWORD), url=WITH_PASSWORD),
        message="the password of the url stands in the body",
        got="the password in the body",
        accepted=("an answer without the password",),
        says_nothing_of=GOOD,
    ),
    "leak.stack-trace": Case(
        passes=GOOD,
        fails=exchange(answer(400, TRACE), id=0),
        message="the body carries a stack trace: Traceback (most recent call last)",
        got="Traceback (most recent call last)",
        accepted=("an answer without a stack trace",),
        says_nothing_of=silence(),
        answered_by=AnsweredBy.OTHER,
    ),
}


@pytest.mark.parametrize("clause", CASES)
def test_a_clean_answer_passes(clause: str) -> None:
    """A good answer gives nothing away."""
    CASES[clause].check_pass(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_bad_answer_fails_with_what_came_and_what_was_accepted(clause: str) -> None:
    """Every clause of all traffic fails where it does not hold."""
    CASES[clause].check_failure(clause)


@pytest.mark.parametrize("clause", CASES)
def test_a_clause_is_silent_where_there_is_nothing_to_look_at(clause: str) -> None:
    """No clause speaks of what it is not about."""
    CASES[clause].check_silence(clause)


@pytest.mark.parametrize("sent", [{}, {"id": "abc"}, {"method": "PUT"}, {"target": b"/"}], ids=["in", "id", "put", "/"])
def test_a_server_error_counts_whatever_was_sent(sent: dict[str, Any]) -> None:
    """Nothing is answered 5xx; over 599 a client takes it for one (RFC 9110 section 15)."""
    statuses = (500, 502, 503, 504, 511, 599, 600, 999)
    found = {status: outcome_of("status.server-error", exchange(answer(status), **sent)) for status in statuses}
    assert found == dict.fromkeys(statuses, Outcome.FAIL)


def test_501_is_a_server_error_to_the_documented_method_alone() -> None:
    """A server that does not know a method says so with 501 (RFC 9110 section 9.1)."""
    found = {
        method: outcome_of("status.server-error", exchange(answer(501), method=method)) for method in ("POST", "X")
    }
    assert found == {"POST": Outcome.FAIL, "X": None}


@pytest.mark.parametrize("status", [100, 201, 302, 404, 499])
def test_every_other_status_is_no_server_error(status: int) -> None:
    """499 is the last that is none."""
    assert outcome_of("status.server-error", exchange(answer(status), id=0)) is Outcome.PASS


@pytest.mark.parametrize("trouble", [Trouble.DROPPED, Trouble.TIMEOUT, Trouble.MALFORMED])
def test_silence_counts_when_it_comes_back(trouble: Trouble) -> None:
    """Confirmed it fails, once it is not tested."""
    assert failing(silence(trouble, confirmed=True)) == {"connection.dropped"}
    verdict = verdicts(silence(trouble))["connection.dropped"]
    assert verdict.outcome is Outcome.NOT_TESTED
    assert verdict.message == f"{trouble}, and whether it comes back could not be tried"


@pytest.mark.parametrize(
    ("length", "trouble", "outcome"),
    [
        pytest.param(999_999, Trouble.DROPPED, Outcome.FAIL, id="not quite ten times the maximum"),
        pytest.param(1_000_000, Trouble.DROPPED, Outcome.NOT_TESTED, id="far over the maximum"),
        pytest.param(1_000_000, Trouble.TIMEOUT, Outcome.FAIL, id="far over the maximum, and silence"),
    ],
)
def test_a_server_may_end_a_connection_that_will_not_end(length: int, trouble: Trouble, outcome: Outcome) -> None:
    """The rest of a token of ten times the maximum need not be read; an answer is owed all the same."""
    assert outcome_of("connection.dropped", silence(trouble, confirmed=True, token=unknown(length))) is outcome


@pytest.mark.parametrize("trouble", [Trouble.UNREACHABLE, Trouble.THROTTLED, Trouble.NOT_SENT])
def test_what_is_not_the_targets_silence_is_not_judged(trouble: Trouble) -> None:
    """A target out of reach, one that says when to come again, and what was not sent."""
    assert outcome_of("connection.dropped", silence(trouble, confirmed=True)) is None


SPELLINGS = {
    "as it is": SECRET.value,
    "escaped as in JSON": json.dumps(SECRET.value.decode())[1:-1].encode(),
    "escaped as in JSON, slashes too": json.dumps(SECRET.value.decode())[1:-1].replace("/", r"\/").encode(),
    "percent-encoded": quote(SECRET.value, safe="").encode(),
    "percent-encoded in lower case": b"Aa%2fb%2bc%22d%5ce%3df%26g%3ch%3ei~%3f%21xyz~~~%3f%3f%3fx",
    "in base64, without its padding": base64.b64encode(SECRET.value).rstrip(b"="),
    "in base64": base64.b64encode(SECRET.value),
    "in base64 of urls": base64.urlsafe_b64encode(SECRET.value).rstrip(b"="),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_token_is_found_in_every_spelling_in_header_and_body(spelling: bytes) -> None:
    """Wherever it stands, and with anything around it."""
    inside = exchange(answer(404, b"<" + spelling + b">"), token=SECRET)
    assert verdicts(inside)["leak.token"].got == "the token in the body"
    field = exchange(answer(404, b"", (b"X-Request", b"a" + spelling)), token=SECRET)
    assert verdicts(field)["leak.token"].message == "the token that was sent stands in the header X-Request"
    both = exchange(answer(404, spelling, (b"X-A", spelling), (b"X-B", spelling)), token=SECRET)
    assert verdicts(both)["leak.token"].got == "the token in the header X-A and the header X-B and the body"


@pytest.mark.parametrize(
    "sent",
    [VALID, NEAR, UNKNOWN, Token(b"x1", fill=b"y2", length=100_001), Token(b" spaced and \xe9 odd ")],
    ids=["valid", "nearly valid", "unknown", "100,001 characters (one over)", "unusual"],
)
def test_every_kind_of_token_is_looked_for(sent: Token) -> None:
    """Valid or not, a token is a credential; the answer may have it in latin-1 or in UTF-8."""
    assert "leak.token" in failing(exchange(answer(400, sent.value), token=sent))
    assert "leak.token" in failing(exchange(answer(400, sent.value.decode("latin-1").encode()), token=sent))


@pytest.mark.parametrize(
    ("sent", "judged"),
    [(Token(b"fifteen-chars-x"), False), (Token(b"sixteen-chars-xx"), True)],
    ids=["15 characters (one under)", "16 characters (the least)"],
)
def test_a_short_token_is_not_looked_for(sent: Token, *, judged: bool) -> None:
    """It may stand in any text by chance."""
    assert outcome_of("leak.token", exchange(answer(400, sent.value), token=sent)) is (Outcome.FAIL if judged else None)


@pytest.mark.parametrize(
    ("sent", "judged"),
    [
        (Token(b"0" * 16), False),
        (Token(b"abcd" * 63 + b"abc"), False),
        (Token(b"abcd" * 64), True),
        (Token(b"abcde" + b"0" * 11), True),
    ],
    ids=["zeros", "four characters 255 long", "four characters 256 long", "six characters"],
)
def test_a_token_of_few_characters_is_not_looked_for(sent: Token, *, judged: bool) -> None:
    """An id that is not set is zeros, in a header of a correct answer too."""
    given = exchange(answer(401, b"{}", (b"X-Request-Id", sent.value * 2)), token=sent)
    assert outcome_of("leak.token", given) is (Outcome.FAIL if judged else None)


def test_a_password_of_few_characters_is_looked_for_where_a_url_has_it() -> None:
    """Zeros alone stand in an id that is not set."""
    url = "https://mirror:00000000@mirror.invalid/test.git"
    unset = exchange(refused(400, error_msg="request 0000000000000000"), url=url)
    told = exchange(refused(400, error_msg=f"no such mirror: {url}"), url=url)
    assert outcome_of("leak.password", unset) is not Outcome.FAIL
    assert outcome_of("leak.password", told) is Outcome.FAIL


def test_a_part_of_a_token_is_no_token() -> None:
    """An answer that shows how a token begins, or ends, does not repeat it."""
    for part in (UNKNOWN.value.decode()[:-1], UNKNOWN.value.decode()[1:]):
        assert not failing(exchange(refused(401, error_msg=part), token=UNKNOWN))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param(WITH_PASSWORD, "correct-horse-battery", id="alone"),
        pytest.param(WITH_PASSWORD, "https://mirror:correct-horse-battery@", id="in user info"),
        pytest.param("https://u:a%2Fb%20cdefgh@m.invalid/", "a%2Fb%20cdefgh", id="encoded as it was sent"),
        pytest.param("https://u:a%2Fb%20cdefgh@m.invalid/", "a/b cdefgh", id="decoded"),
        pytest.param("https://u:pässwörtlich@m.invalid/", "pässwörtlich", id="not ASCII"),
        pytest.param("https://u:8-letter@m.invalid/", "8-letter", id="8 characters"),
        pytest.param("https://u:short@m.invalid/", "https://u:short@m.invalid/", id="short, where it stood"),
        pytest.param("https://u:mirror.invalid@mirror.invalid/", "x:mirror.invalid@", id="like the host, in its place"),
        pytest.param("ssh://u:correct-horse@m.invalid/", "correct-horse", id="another scheme"),
        pytest.param("https://u:*password*@m.invalid/", "was *password*", id="what recorded traffic has for it"),
    ],
)
def test_a_password_is_found_where_it_is_repeated(url: str, said: str) -> None:
    """In a header or in the body, in JSON or not."""
    assert "leak.password" in failing(exchange(refused(400, error_msg=said), url=url))
    assert "leak.password" in failing(exchange(answer(400, said.encode()), url=url))
    assert "leak.password" in failing(exchange(answer(400, b"", (b"Location", said.encode())), url=url))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("https://u:a@m.invalid/", "a", id="one letter, which stands in any text"),
        pytest.param("https://u:seven77@m.invalid/", "seven77", id="7 characters (one under)"),
        pytest.param("https://u:mirror.invalid@mirror.invalid/", "https://mirror.invalid/", id="the host's name"),
        pytest.param(WITH_PASSWORD, "https://mirror:***@mirror.invalid/test.git", id="masked"),
        pytest.param(WITH_PASSWORD, "https://mirror@mirror.invalid/test.git", id="the user's name alone"),
    ],
)
def test_a_chance_likeness_is_no_password(url: str, said: str) -> None:
    """No clause fails for a text that any answer may have."""
    assert outcome_of("leak.password", exchange(refused(400, error_msg=said), url=url)) is Outcome.PASS


@pytest.mark.parametrize(
    "url",
    ["https://m.invalid/", "https://user@m.invalid/", "https://user:@m.invalid/", "https://[::1/", "no url"],
    ids=["no user info", "no password", "an empty one", "no authority that can be read", "no url"],
)
def test_without_a_password_there_is_nothing_to_find(url: str) -> None:
    """A url without one is not judged, nor one that cannot be read."""
    assert outcome_of("leak.password", exchange(refused(400), url=url)) is None


def test_a_password_that_is_no_text_is_looked_for_too() -> None:
    """A lone surrogate breaks nothing."""
    url = "https://u:\ud800-eight-letters@m.invalid/"
    assert outcome_of("leak.password", exchange(refused(400), url=url)) is Outcome.PASS
    assert "leak.password" in failing(exchange(refused(400, error_msg=url), url=url))


TRACES = {
    "Python": TRACE.decode(),
    "Python, one frame": 'oops\n  File "C:\\app\\x.py", line 7, in f\n    g()\n',
    "Java": "Error: x\n\tat com.example.Foo$Bar.baz(Foo.java:12)\n\tat java.base/java.lang.Thread.run(Thread.java:9)",
    "Java, native": "X\n\tat sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)\n",
    "Java, without lines": "X\n\tat com.example.Foo.<init>(Foo.java)\n",
    "Java, of Tomcat": "java.lang.Error\n\tcom.example.Foo.doGet(Foo.java:33)\n",
    "Kotlin": "\tat com.example.FooKt.main(Foo.kt:3)\n",
    "Go": "panic: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:10 +0x1d\n",
    "Go, waiting": "goroutine 18 [chan receive, 5 minutes]:\n",
    "Go, of a logger": "main.handler\n\t/go/src/app/main.go:42\n",
    ".NET": "   at App.Web.Foo.Bar(String x, Int32 y) in C:\\src\\Foo.cs:line 42\r\n",
    ".NET, without symbols": "Oops\r\n   at App.Foo`1.<Run>d__5.MoveNext()\r\n   at App.Foo..ctor(Int32 x)\r\n",
    "Node": "TypeError: x is undefined\n    at Object.foo (/app/src/server.js:10:15)\n",
    "Node, anonymous": "    at /app/src/server.js:10:15\n",
    "Node, a module": "    at async file:///app/src/server.mjs:10:15\n",
    "Node, itself": "    at node:internal/main/run_main_module:23:47\n",
    "TypeScript on Windows": "    at new Foo (C:\\app\\foo.ts:1:2)\n",
    "Ruby": "app/models/user.rb:12:in `find'\n",
    "Ruby 3.4": "app/models/user.rb:12:in 'User#find'\n",
    "Node, in an array": '["TypeError", "at foo (/app/server.js:1:2)"]',
    "Rust": "thread 'tokio-runtime-worker' panicked at src/handlers/mirror.rs:42:31:\ncalled `unwrap()`",
    "Rust, a frame": "   3: app::associate\n             at ./src/main.rs:12:5\n",
    "Perl": "Argument isn't numeric at /srv/Api.pm line 42.\n\tApi::documented('x') called at /srv/app.psgi line 7",
    "PHP": "Stack trace:\n#0 /var/www/index.php(12): foo()\n#1 {main}\n",
}


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES.keys())
def test_a_stack_trace_is_found_in_plain_text_and_in_json(trace: str) -> None:
    """As it is, in a string of JSON, and in one whose every odd character is escaped."""
    assert "leak.stack-trace" in failing(exchange(answer(400, trace.encode()), id=0))
    assert "leak.stack-trace" in failing(exchange(refused(400, error_msg=trace), id=0))
    escaped = json.dumps(trace).replace("/", r"\/").replace("'", r"\u0027").replace("<", r"\u003C").encode()
    assert "leak.stack-trace" in failing(exchange(answer(400, escaped), id=0))


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES.keys())
def test_a_stack_trace_is_found_in_a_web_page(trace: str) -> None:
    """Escaped, with line breaks and spaces of HTML as Express writes them, and as items of a list."""
    lines = html.escape(trace).replace("    ", "&nbsp; &nbsp; ").splitlines()
    for page in ("<br> ".join(lines), "".join(f"<li class=frame>{line}</li>" for line in lines)):
        whole = f"<!DOCTYPE html><title>Error</title><pre>{page}</pre>".encode()
        assert "leak.stack-trace" in failing(exchange(answer(400, whole), id=0)), page


def test_a_stack_trace_is_found_in_a_header() -> None:
    """A debug header gives as much away as the body."""
    line = b'Traceback (most recent call last): File "/srv/app.py", line 3, in load'
    found = verdicts(exchange(answer(400, b"{}", (b"X-Debug", line)), id=0))["leak.stack-trace"]
    assert found.message == "the header X-Debug carries a stack trace: Traceback (most recent call last)"


def test_of_a_long_frame_the_beginning_is_shown() -> None:
    """80 characters, without the white space before it."""
    frame = f'File "/{"a" * 400}", line 7, in f'
    assert verdicts(exchange(answer(400, frame.encode()), id=0))["leak.stack-trace"].got == frame[:80]
    deep = f"\n\t/{'a' * 200}.go:42\n"
    assert verdicts(exchange(answer(400, deep.encode()), id=0))["leak.stack-trace"].got == f"/{'a' * 78}"


INNOCENT = {
    "an exception in words": "Exception: the url is wrong",
    "the name of one": "java.lang.IllegalArgumentException: url",
    "a place in the body": "at 10:30 in line 5",
    "a place on a line of its own": "error\n  at 10:30 in line 5\n at line 3:7\n",
    "a time with seconds": "\nat 10:30:45\n",
    "where JSON is broken": "Unexpected token } in JSON at position 15",
    "line and column": "invalid character at line 1, column 17 (char 16)",
    "a trace by name": "no stack trace available, see traceback",
    "at a host": "\n  at mirror.invalid (port 443)\n",
    "a file": "see docs/index.js and main.go:12",
    "a ruby": "the ruby user.rb:12 in it",
    "a list": "#1 first\n#2 second",
    "a function": "call documented(url) first\n  at documented(url)\n",
    "a goroutine": "goroutine 7 is busy",
}


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT.keys())
def test_other_texts_are_not_taken_for_a_stack_trace(text: str) -> None:
    """Words of errors are silent."""
    assert not failing(exchange(refused(400, error_msg=text), id=0))
    assert outcome_of("leak.stack-trace", exchange(answer(400, text.encode()), id=0)) is Outcome.PASS


@pytest.mark.parametrize(
    "piece",
    [
        b"\n",
        b" ",
        b"a",
        b"at ",
        b"\nat x (",
        b" in ",
        b'File "',
        b"\\",
        b"\n\t",
        b"x(a",
        b"\n at A(",
        b'"at a ',
        b'"at A(x)\n',
        b"#1 ",
        b":",
        b".",
    ],
)
def test_no_answer_makes_the_search_slow(piece: bytes) -> None:
    """A megabyte of what frames are made of is read in the time of a megabyte."""
    before = time.process_time()
    assert (
        outcome_of("leak.stack-trace", exchange(answer(400, piece * (1_000_000 // len(piece))), id=0)) is Outcome.PASS
    )
    assert time.process_time() - before < 10


def test_without_an_answer_nothing_is_given_away() -> None:
    """Rules are asked only where there is an answer, and say nothing where there is none."""
    assert server_error(reading(silence())) is None
    assert token(reading(silence())) is None
    assert stack_trace(reading(silence())) is None


UNREADABLE = answer(201, b"\x1b\x00\xf8\x25\x00")
FIELDS = tuple(mirror())


def test_an_answer_in_a_coding_that_is_not_undone_is_not_tested_and_says_so() -> None:
    """Its status is judged, its body is not: no clause fails for a JSON that could not be read."""
    found = verdicts(coded(exchange(UNREADABLE), "br"))
    assert not [clause for clause, verdict in found.items() if verdict.outcome is Outcome.FAIL]
    untested = {clause: verdict.message for clause, verdict in found.items() if verdict.outcome is Outcome.NOT_TESTED}
    assert untested.keys() == {
        "response.201.object",
        *(f"response.201.{name}.type" for name in FIELDS),
        "leak.token",
        "leak.stack-trace",
        "response.content-coding",
    }
    assert set(untested.values()) == {"the answer is in the content coding br, which is not undone"}
    assert found["status.201.permitted"].outcome is Outcome.PASS
    for status, sent in ((401, {"token": UNKNOWN}), (404, {"id": MISSING}), (400, {"id": 0})):
        refusal = verdicts(coded(exchange(answer(status, b"\x1b\x00"), **sent), "zstd"))
        clause = "error.other.envelope" if status == 400 else f"error.{status}.envelope"
        assert refusal[clause].message == "the answer is in the content coding zstd, which is not undone"


def test_a_damaged_coding_fails_its_own_clause_alone() -> None:
    """The clauses about the body are not tested."""
    found = verdicts(coded(exchange(UNREADABLE), "gzip", damaged=True))
    assert [clause for clause, verdict in found.items() if verdict.outcome is Outcome.FAIL] == [
        "response.content-coding"
    ]
    words = "the body is not in the content coding gzip, as the answer says"
    assert found["response.201.object"].message == found["leak.token"].message == words


def test_a_body_that_is_json_all_the_same_is_read() -> None:
    """Called gzip though it is none, or in a coding that changes nothing: every clause looks at it."""
    claimed = coded(exchange(created(id="7")), "gzip", damaged=True)
    assert failing(claimed) == {"response.content-coding", "response.201.id.type"}
    named = coded(exchange(created(id="7")), "utf-8")
    assert failing(named) == {"response.201.id.type"}
    assert "response.content-coding" not in verdicts(named)


def test_what_is_given_away_in_a_coding_is_seen_in_the_fields() -> None:
    """A leak that can be read is one; where nothing was seen in what cannot be read, nothing is proven."""
    told = answer(401, b"\x1b\x00", (b"X-Who", UNKNOWN.value))
    assert "leak.token" in failing(coded(exchange(told, token=UNKNOWN), "br"))
    url = "https://u:correct-horse-battery@mirror.invalid/a"
    found = verdicts(coded(exchange(answer(400, b"\x1b\x00"), url=url), "br"))
    assert found["leak.password"].outcome is Outcome.NOT_TESTED


def test_the_name_of_a_coding_fills_no_report() -> None:
    """It is the target's to choose."""
    found = verdicts(coded(exchange(UNREADABLE), "\x1b" * 5000))
    assert all(verdict.message.isprintable() and len(verdict.message) < 3000 for verdict in found.values())
