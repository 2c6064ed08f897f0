"""Facts of a request are told from its bytes and from the description of the target."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.body import BodyKind
from conformance.contract.facts import KnownTarget, Role, facts_of
from conformance.contract.known_tokens import KnownTokens, TokenKind
from conformance.contract.message import Request, Token
from conformance.contract.operation import Credential
from conformance.contract.values import ValueKind
from tests.shipped import HEADER, MAXIMUM, OPERATION, target_of

URL = "https://mirror.invalid/test.git"
VALID = Token(b"MIIabcDEF-0123456789")
RESTRICTED = Token(b"QQQrestrictedQQQQQQQ")
KNOWN = KnownTarget(
    operation=OPERATION,
    tokens=KnownTokens(frozenset({VALID.value}), frozenset({RESTRICTED.value})),
    roles={123: Role.PERMITTED, 456: Role.RESTRICTED, 789: Role.MISSING},
    resource=123,
    url=URL,
    body=b'{"url": "%s"}' % URL.encode(),
)
JSON = (b"Content-Type", b"application/json")
REQUEST = Request("POST", target_of("123"), VALID, b'{"url": "%s"}' % URL.encode(), (JSON,), token_header=HEADER)


def test_a_documented_request_is_owed_a_201() -> None:
    """A valid token, a permitted repository and a documented body: every fact is as it should be."""
    facts = facts_of(REQUEST, KNOWN)
    assert facts.exact
    assert facts.addressed
    assert facts.in_contract
    assert facts.succeeds
    assert (facts.id_kind, facts.id, facts.role) == (ValueKind.IN_RANGE, 123, Role.PERMITTED)
    assert (facts.token, facts.token_length) == (TokenKind.VALID, len(VALID.value))
    assert (facts.body, facts.url) == (BodyKind.DOCUMENTED, URL)
    assert facts.main
    assert facts.plain
    assert facts.usual_name
    assert facts.usual_url


@pytest.mark.parametrize(
    ("number", "role"),
    [(123, Role.PERMITTED), (456, Role.RESTRICTED), (789, Role.MISSING), (1, None), (MAXIMUM, None)],
    ids=["permitted", "restricted", "missing", "one that nobody named", "the maximum, which nobody named"],
)
def test_a_repository_has_the_role_of_the_description(number: int, role: Role | None) -> None:
    """A named repository has its role, any other none; only the permitted one is owed a 201."""
    facts = facts_of(replace(REQUEST, target=target_of(str(number))), KNOWN)
    assert facts.role is role
    assert facts.in_contract
    assert facts.main == (number == 123)
    assert facts.succeeds == (number == 123)


@pytest.mark.parametrize(
    ("token", "in_contract", "succeeds"),
    [
        pytest.param(None, False, False, id="none"),
        pytest.param(Token(b""), False, False, id="empty"),
        pytest.param(Token(b"x"), True, False, id="unknown, of 1 character"),
        pytest.param(Token(b"x", length=100_000), True, False, id="unknown, of 100,000 characters (the most)"),
        pytest.param(Token(b"x", length=100_001), False, False, id="of 100,001 characters (one over)"),
        pytest.param(Token(VALID.value + b"x"), True, False, id="near a valid one"),
        pytest.param(RESTRICTED, True, False, id="of the account without permission"),
        pytest.param(Token(b" " + VALID.value + b" "), False, False, id="a valid one with spaces around"),
        pytest.param(Token(b"a\xe9"), False, False, id="with a byte over 127"),
        pytest.param(VALID, True, True, id="valid"),
    ],
)
def test_a_token_decides_whether_a_request_is_in_contract(
    token: Token | None,
    *,
    in_contract: bool,
    succeeds: bool,
) -> None:
    """1 to 100,000 ordinary characters are in contract; whatever the token, the request is addressed."""
    facts = facts_of(replace(REQUEST, token=token), KNOWN)
    assert facts.addressed
    assert facts.in_contract == in_contract
    assert facts.succeeds == succeeds


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(REQUEST, method="PUT"), id="another method"),
        pytest.param(replace(REQUEST, method="post"), id="POST in lower case"),
        pytest.param(replace(REQUEST, target=target_of("0")), id="id 0"),
        pytest.param(replace(REQUEST, target=target_of("2147483648")), id="id 2147483648"),
        pytest.param(replace(REQUEST, target=target_of("0123")), id="a leading zero"),
        pytest.param(replace(REQUEST, target=target_of("")), id="no id"),
        pytest.param(replace(REQUEST, target=target_of(b"\xff")), id="an id that is no text"),
        pytest.param(replace(REQUEST, target=REQUEST.target + b"/"), id="a slash at the end"),
        pytest.param(replace(REQUEST, target=REQUEST.target + b"?a=b"), id="a query"),
        pytest.param(replace(REQUEST, target=REQUEST.target + b"\n"), id="a line feed at the end"),
        pytest.param(replace(REQUEST, target=REQUEST.target.upper()), id="capitals"),
        pytest.param(replace(REQUEST, target=b"/"), id="another path"),
        pytest.param(replace(REQUEST, body=None), id="no body"),
        pytest.param(replace(REQUEST, body=b"{}"), id="no url"),
        pytest.param(replace(REQUEST, headers=()), id="no Content-Type"),
        pytest.param(replace(REQUEST, headers=(JSON, JSON)), id="two Content-Types"),
        pytest.param(replace(REQUEST, headers=((b"Content-Type", b"text/plain"),)), id="another Content-Type"),
        pytest.param(replace(REQUEST, headers=((b"Content-Type", b"APPLICATION/JSON"),)), id="one in capitals"),
        pytest.param(
            replace(REQUEST, headers=((b"Content-Type", b"application/json; charset=utf-8"),)), id="one with a charset"
        ),
        pytest.param(replace(REQUEST, headers=(JSON, (b"accept", b"*/*"))), id="Accept"),
        pytest.param(replace(REQUEST, headers=(JSON, (b"Expect", b"100-continue"))), id="Expect"),
        pytest.param(replace(REQUEST, headers=(JSON, (b"Content-Encoding", b"gzip"))), id="Content-Encoding"),
        pytest.param(replace(REQUEST, headers=(JSON, (b"Transfer-Encoding", b"chunked"))), id="Transfer-Encoding"),
        pytest.param(replace(REQUEST, headers=(JSON, (b"X-AUTH-TOKEN", b"x"))), id="a second token"),
    ],
)
def test_what_the_document_does_not_show_is_not_in_contract(changed: Request) -> None:
    """One thing changed, and nothing is promised about the status."""
    facts = facts_of(changed, KNOWN)
    assert not facts.addressed
    assert not facts.in_contract
    assert not facts.succeeds


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(REQUEST, headers=((b"content-type", b"application/json"),)), id="a name in lower case"),
        pytest.param(replace(REQUEST, headers=(JSON, (b"X-Request-Source", b"x"))), id="a header of the user's"),
        pytest.param(replace(REQUEST, token_header=b"x-auth-token"), id="the token's name in lower case"),
        pytest.param(replace(REQUEST, body=b'{"url": "http://a.invalid"}'), id="another url"),
    ],
)
def test_what_changes_nothing_is_in_contract(changed: Request) -> None:
    """Names of fields have no case, further headers are nobody's business, and any http(s) url is one."""
    assert facts_of(changed, KNOWN).succeeds


def test_unusual_names_and_urls_are_told() -> None:
    """The token's header under another spelling, and a url that is not the description's, are told apart."""
    assert not facts_of(replace(REQUEST, token_header=b"x-auth-token"), KNOWN).usual_name
    assert not facts_of(replace(REQUEST, body=b'{"url": "http://a.invalid"}'), KNOWN).usual_url


@pytest.mark.parametrize(
    ("segment", "exact", "kind"),
    [
        pytest.param("", False, ValueKind.EMPTY, id="no id: not the path of the document"),
        pytest.param("abc", True, ValueKind.NOT_INTEGER, id="a word"),
        pytest.param("4294967419", True, ValueKind.ABOVE, id="the repository plus 2^32"),
    ],
)
def test_a_segment_that_is_no_id_names_no_repository(segment: str, *, exact: bool, kind: ValueKind) -> None:
    """Out of range there is a kind and no role, and it is not the description's repository."""
    facts = facts_of(replace(REQUEST, target=target_of(segment)), KNOWN)
    assert facts.exact_path is exact
    assert facts.id_kind is kind
    assert facts.role is None
    assert not facts.main


@pytest.mark.parametrize("number", [0, MAXIMUM + 1])
def test_what_is_no_id_has_no_role_even_where_it_is_named(number: int) -> None:
    """A role is that of a repository, and out of range there is none."""
    known = replace(KNOWN, roles={number: Role.PERMITTED})
    assert facts_of(replace(REQUEST, target=target_of(str(number))), known).role is None


@pytest.mark.parametrize(
    ("sent", "named", "usual"),
    [
        pytest.param(VALID, VALID.value, True, id="the token that is named"),
        pytest.param(RESTRICTED, VALID.value, False, id="another"),
        pytest.param(None, VALID.value, False, id="none"),
        pytest.param(VALID, None, False, id="one where none is named"),
        pytest.param(None, None, False, id="none where none is named"),
    ],
)
def test_the_token_of_the_description_is_told_from_others(
    sent: Token | None, named: bytes | None, *, usual: bool
) -> None:
    """It is usual whatever its length; other valid ones are not."""
    assert facts_of(replace(REQUEST, token=sent), replace(KNOWN, token=named)).usual_token is usual
    assert KNOWN.token is None


def test_a_query_leaves_the_path_the_documents_and_the_request_out_of_contract() -> None:
    """A POST associates with a query or without; the exact path has none, and a fragment is no part of a target."""
    queried = facts_of(replace(REQUEST, target=REQUEST.target + b"?a=b"), KNOWN)
    assert (queried.queried, queried.exact_path, queried.operates, queried.exact) == (True, False, True, False)
    assert (queried.succeeds, queried.takes_turns) == (False, True)
    stranger = replace(REQUEST, target=REQUEST.target + b"?a=b", token=None)
    assert not facts_of(stranger, KNOWN).takes_turns
    assert (queried.id, queried.role, queried.main) == (123, Role.PERMITTED, True)
    plain = facts_of(REQUEST, KNOWN)
    assert (plain.queried, plain.exact_path, plain.operates, plain.exact) == (False, True, True, True)
    for elsewhere in (
        replace(REQUEST, method="PUT"),
        replace(REQUEST, target=target_of("") + b"?a=b"),
        replace(REQUEST, target=REQUEST.target + b"#a"),
        replace(REQUEST, target=REQUEST.target + b"/?a=b"),
    ):
        assert not facts_of(elsewhere, KNOWN).operates, elsewhere.target


RESPELT = {
    "/v4/repositories/123/remote-mirror/associate/": ValueKind.IN_RANGE,
    "//v4/repositories//123/remote-mirror/associate": ValueKind.IN_RANGE,
    "/V4/Repositories/0/Remote-Mirror/ASSOCIATE?a=b": ValueKind.BELOW,
    "/v4/./repositories/2147483648/remote-mirror/%61ssociate": ValueKind.ABOVE,
    "/v4/repositories/123abc/remote-mirror/associate/#a": ValueKind.NOT_INTEGER,
    "/v4/repositories/123/remote-mirror/associate.json": ValueKind.IN_RANGE,
    "/v4/repositories/123/remote-mirror/associate;a=b": ValueKind.IN_RANGE,
    "/v4/repositories/123/remote-mirror/x/../associate": ValueKind.IN_RANGE,
    "/v4/repositories/123/../remote-mirror/associate": ValueKind.EMPTY,
    "/v4/repositories/123/remote-mirror/associate/further": ValueKind.IN_RANGE,
    "/v4/repositories/0/remote-mirror/associate/x/y?a=b": ValueKind.BELOW,
    "/v4/repositories/123/remote-mirror/associates/further": None,
    "/v4/repositories/123/remote-mirror/associate.xml": None,
    "/v4/repositories/123/remote-mirror": None,
    "/v3/repositories/123/remote-mirror/associate/": None,
    "/v4/repositories/remote-mirror/associate/": ValueKind.EMPTY,
    "/v4/repositories/1/2/remote-mirror/associate": None,
    "/": None,
}


def test_another_spelling_of_the_path_is_told_with_the_id_that_it_means() -> None:
    """Slashes, dots, capitals and encoded letters: other paths to the document, the same to a lenient router."""
    told = {target: facts_of(replace(REQUEST, target=target.encode()), KNOWN) for target in RESPELT}
    assert {target: facts.id_kind for target, facts in told.items()} == RESPELT
    assert {target for target, facts in told.items() if facts.respelt} == {t for t, kind in RESPELT.items() if kind}
    assert not any(facts.exact_path or facts.operates or facts.id for facts in told.values())
    further = {target for target in RESPELT if "associate/further" in target or "associate/x/y" in target}
    assert {target for target, facts in told.items() if facts.beyond and facts.respelt} == further
    exact = [facts_of(replace(REQUEST, target=REQUEST.target + more), KNOWN) for more in (b"", b"?a=b")]
    assert [facts.respelt for facts in exact] == [False, False]


def test_what_parsers_and_routers_take_elsewhere_is_not_served() -> None:
    """The exact path, HTTP's grammar, and one segment where the id belongs."""
    assert facts_of(REQUEST, KNOWN).served
    odd = facts_of(replace(REQUEST, token=Token(b"a\0b")), KNOWN)
    assert (odd.well_formed, odd.one_segment, odd.served) == (False, True, False)
    slash = facts_of(replace(REQUEST, target=target_of(b"123%2F")), KNOWN)
    assert (slash.well_formed, slash.one_segment, slash.served) == (True, False, False)
    elsewhere = facts_of(replace(REQUEST, target=b"/"), KNOWN)
    assert (elsewhere.well_formed, elsewhere.one_segment, elsewhere.served) == (True, True, False)
    twice = facts_of(replace(REQUEST, headers=(*REQUEST.headers, (b"x-auth-token", b"t"))), KNOWN)
    assert (twice.well_formed, twice.served) == (False, False)


@pytest.mark.parametrize(
    ("sent", "stranger"),
    [
        pytest.param({"token": None}, True, id="no token"),
        pytest.param({"token": Token(b"")}, True, id="an empty one"),
        pytest.param({"token": Token(b"x")}, True, id="an unknown one"),
        pytest.param({"token": Token(VALID.value + b"x")}, True, id="a valid one, changed"),
        pytest.param({"token": Token(b"Bearer " + VALID.value)}, True, id="a valid one after a word and a space"),
        pytest.param({"token": VALID}, False, id="a valid one"),
        pytest.param({"token": RESTRICTED}, False, id="the other account's"),
        pytest.param({"token": Token(b" " + VALID.value + b"\t")}, False, id="a valid one that a server may trim"),
        pytest.param({"token": Token(RESTRICTED.value + b" \0x")}, False, id="a valid one before NUL"),
        pytest.param({"headers": (JSON, (b"x-AUTH-token", b"x"))}, False, id="a valid one, and a second"),
        pytest.param({"token": Token(b"x"), "headers": (JSON, (b"x-auth-token", VALID.value))}, False, id="one second"),
        pytest.param({"token": None, "headers": (JSON, (b"X-Auth-Token", b"x"))}, True, id="an unknown one further on"),
        pytest.param({"token": None, "headers": (JSON, (b"X-Token", VALID.value))}, True, id="one in another field"),
    ],
)
def test_a_stranger_is_whoever_shows_no_good_token_by_any_reading(sent: dict[str, Any], *, stranger: bool) -> None:
    """White space may be trimmed, a text may end at NUL, and of two fields either may count."""
    assert facts_of(replace(REQUEST, **sent), KNOWN).stranger is stranger


def test_the_strings_that_a_url_may_stand_for() -> None:
    """None, one, or both of two; `urls` has them where there are two."""
    for body, strings in ((b"{}", ()), (b'{"url": "a"}', ("a",)), (b'{"url": "a", "url": "b"}', ("a", "b"))):
        facts = facts_of(replace(REQUEST, body=body), KNOWN)
        assert facts.strings == strings
        assert facts.urls == (strings if len(strings) > 1 else ())


def test_a_rare_url_is_in_contract_where_the_description_has_it() -> None:
    """The author of the description knows that the target takes it; a text that is no url stays none."""
    for url in ("http://10.0.0.5:3000/a", "https://gitea/a"):
        sent = replace(REQUEST, body=b'{"url": "%s"}' % url.encode())
        assert not facts_of(sent, KNOWN).in_contract
        described = facts_of(sent, replace(KNOWN, url=url))
        assert (described.succeeds, described.usual_url, described.url) == (True, True, url)
    other = replace(REQUEST, body=b'{"url": "ssh://a"}')
    assert not facts_of(other, replace(KNOWN, url="ssh://a")).in_contract
    more = replace(REQUEST, body=b'{"url": "https://gitea/a", "a": 1}')
    assert not facts_of(more, replace(KNOWN, url="https://gitea/a")).in_contract


def test_without_a_token_its_length_is_0() -> None:
    """So is that of an empty one."""
    assert facts_of(replace(REQUEST, token=None), KNOWN).token_length == 0
    assert facts_of(replace(REQUEST, token=Token(b"")), KNOWN).token_length == 0


@pytest.mark.parametrize(
    ("length", "usual", "fine"),
    [(1, 20, True), (4096, 20, True), (4097, 20, False), (65_536, 20, False), (7_000, 5_000, True)],
)
def test_without_a_maximum_a_token_is_as_long_as_those_that_services_issue(
    length: int, usual: int, *, fine: bool
) -> None:
    """Nobody promised to read a header of 64 KiB: how an unknown token of that length is answered is open."""
    operation = replace(OPERATION, credential=Credential(HEADER))
    known = replace(KNOWN, operation=operation, token=b"v" * usual)
    facts = facts_of(replace(REQUEST, token=Token(b"x" * length)), known)
    assert facts.token_in_range is fine
    assert facts.in_contract is fine


@given(
    method=st.text(),
    target=st.binary(),
    token=st.none() | st.binary().map(Token),
    body=st.none() | st.binary(),
    headers=st.lists(st.tuples(st.binary(), st.binary())).map(tuple),
)
def test_any_request_has_facts(
    method: str, target: bytes, token: Token | None, body: bytes | None, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    """Any bytes have facts, and nothing is raised; in contract implies addressed, which implies a POST."""
    facts = facts_of(Request(method, target, token, body, headers, token_header=HEADER), KNOWN)
    assert facts.exact or not facts.addressed
    assert facts.addressed or not facts.in_contract
    assert facts.in_contract or not facts.succeeds


def test_roles_have_the_words_of_the_description_and_of_recorded_traffic() -> None:
    """Users write them; and they stand in traffic.har, which may be judged again by a later version."""
    assert [*Role] == ["permitted", "restricted", "missing"]
