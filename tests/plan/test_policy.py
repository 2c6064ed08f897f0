"""Requests that the safety policy lets leave, and those that it never does (docs/safety.md)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.facts import Role, facts_of
from conformance.contract.message import Request, Token
from conformance.plan.fixtures import TargetFixtures, cut, extended, unknown
from conformance.plan.policy import refusal
from conformance.plan.probe import Mutation
from conformance.strategies.changes import CHANGES, ODD_CHANGES, apply
from tests.plan.fixtures import fixtures, held_to, other, parameter

FIXTURE = fixtures(mutation=Mutation.FIXTURE)
NEVER = fixtures(mutation=Mutation.NEVER)
ANY = fixtures(mutation=Mutation.ANY)
REMOTE = fixtures(mutation=Mutation.ANY, loopback=False)
NAMED = FIXTURE.resource
MINIMUM, MAXIMUM = 1, 2_147_483_647
JSON = FIXTURE.content_type
STRANGER = 777
GOOD = {
    "the valid token": FIXTURE.token,
    "the token without permission": FIXTURE.restricted_token,
    "a valid token of 100,000 characters": FIXTURE.tokens_by_length[100_000],
    "a valid token of 1 character": FIXTURE.tokens_by_length[1],
}
NEAR = {
    **{change.words: apply(change, FIXTURE.token) for change in (CHANGES | ODD_CHANGES).values()},
    "cut": cut(FIXTURE.token),
    "halved": cut(FIXTURE.token, 750),
    "without its first character": Token(FIXTURE.token.value[1:]),
    "with one character more": extended(FIXTURE.token, b"x"),
    "in lower case with one character more": Token(FIXTURE.token.value.lower() + b"x"),
    "after the word Bearer": Token(b"Bearer" + FIXTURE.token.value),
    "after the word Bearer and a space": Token(b"Bearer " + FIXTURE.token.value),
    "with spaces around": Token(b"  " + FIXTURE.token.value + b" "),
    "with NUL and more after it": Token(FIXTURE.token.value + b"\0x"),
}
BAD = {"none": None, "an empty one": Token(b""), "an unknown one": unknown(FIXTURE, "test", 64)}


def body_of(url: object) -> bytes:
    """The documented body with another url."""
    return ANY.body_with(url) or b""


def told(request: Request, whole: TargetFixtures) -> str | None:
    """The policy's decision on a request."""
    return refusal(request, facts_of(request, whole.known), whole)


def asked(whole: TargetFixtures, token: Token | None, segment: object, **changes: object) -> str | None:
    """The policy's decision on a documented request with this token to this path segment, changed as told."""
    raw = segment if isinstance(segment, bytes) else str(segment).encode("ascii")
    return told(replace(whole.request(token, raw), **changes), whole)  # type: ignore[arg-type]


in_range = st.integers(MINIMUM, MAXIMUM)
strangers = in_range.filter(lambda number: number not in FIXTURE.roles)


def _aliases(n: int) -> list[object]:
    """The numbers that a careless server takes for `n`."""
    return [
        n, n + 2**32, n + 2**33, n - 2**32, n + 2**64, n - 2**64, n + 5 * 2**64, -n, f"0{n}", f"+{n}", f"{n}.5",
        f"{n}.", f"{n}e0", f"{n}abc", f"{n};v=1", f"{n:#x}", f"{n}%00.git", f"%00{n}", f"%20{n}", f"{n}%2F..%2F{n}",
        f"{n}%20OR%201=1", f"{n},5", "".join(f"%{ord(digit):02X}" for digit in str(n)),
    ]  # fmt: skip


# fixture


def test_fixture_sends_no_valid_token_to_what_may_be_a_stranger() -> None:
    """Any spelling that may be read as a repository that is not named is refused, and says which."""
    pairs = [(words, alias) for words in GOOD | NEAR for alias in _aliases(STRANGER)]
    reasons = {(words, str(alias)): asked(FIXTURE, (GOOD | NEAR)[words], alias) for words, alias in pairs}
    assert {pair: said for pair, said in reasons.items() if not (said or "").startswith("mutation = fixture")} == {}


@given(number=strangers, data=st.data())
def test_fixture_protects_every_stranger(number: int, data: st.DataObject) -> None:
    """For any id in range that nobody named, in any spelling, with any valid or near-valid token."""
    token = data.draw(st.sampled_from(list((GOOD | NEAR).values())))
    assert asked(FIXTURE, token, data.draw(st.sampled_from(_aliases(number))))


@given(number=st.integers(-(2**70), 2**70), token=st.sampled_from(list((GOOD | NEAR).values())))
def test_fixture_lets_pass_only_what_reaches_named_repositories(number: int, token: Token) -> None:
    """If a valid token may leave, the id as it is, modulo 2^32 and 2^64, and absolute, is named or out of range."""
    if asked(FIXTURE, token, number) is None:
        reached = {number, abs(number)}
        for bits in (32, 64):
            low = number % 2**bits
            signed = low - 2**bits if low >= 2 ** (bits - 1) else low
            reached |= {low, signed, abs(signed)}
        assert {one for one in reached if MINIMUM <= one <= MAXIMUM} <= FIXTURE.roles.keys()


def test_fixture_sends_valid_tokens_to_named_repositories() -> None:
    """Every repository that the description names, in its plain notation, may be sent a valid or near-valid token."""
    pairs = [(words, token, number) for words, token in (GOOD | NEAR).items() for number in FIXTURE.roles]
    assert [(words, number) for words, token, number in pairs if asked(FIXTURE, token, number) is not None] == []


@pytest.mark.parametrize("segment", [b"0", b"2147483648", b"abc", b"", b"4294967296"], ids=repr)
def test_fixture_sends_valid_tokens_to_what_cannot_exist(segment: bytes) -> None:
    """A text that no server reads as an id in range may be sent a valid token, but no near-valid one."""
    for token in GOOD.values():
        assert asked(FIXTURE, token, segment) is None
    for token in NEAR.values():
        assert asked(FIXTURE, token, segment) == (
            "mutation = fixture: a changed valid token goes to what the description names only"
        )


def test_fixture_takes_repositories_that_the_description_lists() -> None:
    """A repository of the table `repositories` is named."""
    listed = fixtures(resources={STRANGER: Role.PERMITTED})
    assert asked(listed, listed.token, STRANGER) is None
    assert asked(FIXTURE, FIXTURE.token, STRANGER) is not None


# never


def test_never_sends_no_valid_token_to_any_repository() -> None:
    """Not even to a named one, whatever the method."""
    methods, numbers = ("POST", "GET", "HEAD", "OPTIONS", "TRACE", "ASSOCIATE"), (NAMED, STRANGER, MINIMUM, MAXIMUM)
    reasons = {
        (words, method, number): asked(NEVER, token, number, method=method)
        for (words, token), method, number in product((GOOD | NEAR).items(), methods, numbers)
    }
    assert {one: said for one, said in reasons.items() if not (said or "").startswith("mutation = never")} == {}


@given(number=in_range, data=st.data())
def test_never_protects_every_repository(number: int, data: st.DataObject) -> None:
    """For any id in range, in any spelling, with any valid or near-valid token."""
    token = data.draw(st.sampled_from(list((GOOD | NEAR).values())))
    assert asked(NEVER, token, data.draw(st.sampled_from(_aliases(number))))


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(b"/v4/repositories/%d/remote-mirror", id="the read-back"),
        pytest.param(b"/v4/repositories/%d/remote-mirror/associate/", id="a slash at the end"),
        pytest.param(b"/v4/repositories/%d/remote-mirror/associate?dry_run=true", id="a query"),
        pytest.param(b"/v4//repositories//%d/remote-mirror/associate", id="doubled slashes"),
        pytest.param(b"/V4/REPOSITORIES/%d/REMOTE-MIRROR/ASSOCIATE", id="capitals"),
        pytest.param(b"/v4/repositories/./%d/remote-mirror/associate", id="a dot segment"),
        pytest.param(b"/v4/repositories/abc/../%d/remote-mirror/associate", id="a dot segment that goes up"),
        pytest.param(b"/v4/repositories/abc%%2F..%%2F%d/remote-mirror/associate", id="encoded slashes"),
        pytest.param(b"/v4/repositories/abc%%252F..%%252F%d/remote-mirror/associate", id="slashes encoded twice"),
        pytest.param(b"/v4/repositories/abc%%5C%d/remote-mirror/associate", id="an encoded backslash"),
        pytest.param(b"/v4/%%72epositories/%d/remote-mirror/associate", id="an encoded letter"),
        pytest.param(b"/v4/repositories;v=1/%d/remote-mirror/associate", id="a matrix parameter"),
        pytest.param(b"/v3/projects/%d/remote-mirror/associate", id="another collection"),
    ],
)
def test_the_policy_looks_at_every_segment_of_the_path(target: bytes) -> None:
    """An id is found wherever a lenient router would find it."""
    request = Request("POST", target % STRANGER, FIXTURE.token, token_header=FIXTURE.header)
    assert told(request, NEVER) == f"mutation = never: a valid token may reach repository {STRANGER}"
    assert told(request, FIXTURE) == (
        f"mutation = fixture: the id may be read as repository {STRANGER}, which the description does not name"
    )
    assert told(replace(request, target=target % NAMED), FIXTURE) is None


@pytest.mark.parametrize("whole", [NEVER, FIXTURE], ids=["never", "fixture"])
def test_bad_tokens_go_anywhere(whole: TargetFixtures) -> None:
    """Without a valid token, or one near it, nothing can be changed, so that nothing is refused."""
    pairs = product(BAD, (NAMED, STRANGER, MINIMUM, MAXIMUM, MAXIMUM + 1, "abc"))
    assert [(words, number) for words, number in pairs if asked(whole, BAD[words], number) is not None] == []


@pytest.mark.parametrize("whole", [NEVER, FIXTURE], ids=["never", "fixture"])
def test_a_valid_token_in_another_header_counts(whole: TargetFixtures) -> None:
    """A second token header, or Authorization, carries a valid token as well as the first."""
    for name, value in ((b"X-Auth-Token", whole.token.value), (b"Authorization", b"Bearer " + whole.token.value)):
        assert asked(whole, BAD["an unknown one"], STRANGER, headers=(*JSON, (name, value)))
    assert asked(whole, BAD["an unknown one"], STRANGER, headers=(*JSON, (b"X-Other", b"1"))) is None


# any


@given(number=in_range, token=st.sampled_from(list((GOOD | NEAR | BAD).values())))
def test_any_sends_everything(number: int, token: Token | None) -> None:
    """With mutation = any every token goes to every id."""
    assert asked(ANY, token, number) is None


# other operations


TARGET = {
    "thing_id": {"parameter": "thing_id", "role": "permitted"},
    "missing_thing_id": {"parameter": "thing_id", "role": "missing"},
}
TEXT = other(
    "/v1/{area_id}/{kind}/{thing_id}/do",
    parameter("area_id", type="string", example="a1"),
    parameter("kind", enum=["big", "small"], type="string"),
    parameter("thing_id", type="string"),
    parameter("wait", "query", required=False, type="integer", minimum=0, maximum=60),
    method="post",
    resource="thing_id",
    target=TARGET,
)
OTHERS = held_to(TEXT, "web-1", missing_resource="web-2")


def asked_at(
    target: bytes, whole: TargetFixtures = OTHERS, method: str = "POST", token: Token | None = None
) -> str | None:
    """The policy's decision on a request to this target with the valid token, or another one."""
    return told(Request(method, target, token or whole.token, token_header=whole.header), whole)


@pytest.mark.parametrize(
    "target",
    [
        b"/v1/a1/big/web-1/do", b"/v1/a1/small/web-1/do", b"/v1/a1/big/web-2/do", b"/v1/a1/big/web-1/do?wait=61",
        b"/v1/a1/big/web-1%20/do", b"/v1/a1/big/%77eb-1/do", b"/v1/a1/big/web-1%00.json/do", b"/V1/a1/big/web-1/Do",
        b"/v1/a1/big/web-1/do/", b"/v1//a1/big/web-1/do", b"/v1/a1/bigger/web-1/do", b"/v1/a1/*/web-1/do",
        b"/v1/a1/big/./web-1/do",
    ],
)  # fmt: skip
def test_a_valid_token_goes_to_named_texts(target: bytes) -> None:
    """However they are spelt: the template's words and other parameters' values are no resource."""
    assert asked_at(target) is None


@pytest.mark.parametrize(
    "target",
    [
        b"/v1/a1/big/web-3/do", b"/v1/a1/big/WEB-1/do", b"/v1/a1/big/web-1x/do", b"/v1/a1/big/web-1,web-1/do",
        b"/v1/a1/big/web%2D3/do", b"/v1/a1/big/web-1%2F..%2Fweb-3/do", b"/v1/a1/big/web-1%252Fweb-3/do",
        b"/v1/a1/big/web-_/do", b"/v1/a1/big/*/do", b"/v1/a2/big/web-1/do", b"/v1/A1/big/web-1/do",
        b"/v1/%2A/big/web-1/do", b"/v1/a1/big/do/do", b"/v1/a1/big/a1/do", b"/v1/a1/big/v1/do",
        b"/v2/web-3/do", b"/v1/web-1/../web-3/do",
        b"/v1/a1/big%2F..%2Fweb-3/web-1/do",
    ],
)  # fmt: skip
def test_a_valid_token_goes_to_no_other_text(target: bytes) -> None:
    """Another resource, another case of one, a pattern, another value of another parameter: somebody may have it."""
    reason = asked_at(target)
    assert reason is not None
    assert reason.startswith("mutation = fixture")
    assert asked_at(target, replace(OTHERS, mutation=Mutation.ANY)) is None


def test_never_sends_no_valid_token_to_a_text() -> None:
    """Not to a named one either; an unknown token goes there."""
    never = replace(OTHERS, mutation=Mutation.NEVER)
    assert asked_at(b"/v1/a1/big/web-1/do", never) == "mutation = never: a valid token may reach thing web-1"
    assert asked_at(b"/v1/a1/big/web-1/do", never, token=unknown(never, "x")) is None


@pytest.mark.parametrize("name", ["web_1", "é", "a b", "100%"])
def test_a_named_text_may_have_any_characters(name: str) -> None:
    """A text that the description names may be sent as it is documented, whatever is in it."""
    whole = held_to(TEXT, name)
    assert told(whole.request(whole.token), whole) is None
    assert told(whole.request(cut(whole.token)), whole) is None


def test_a_named_number_may_be_wider_than_32_bits() -> None:
    """It is sent if the contract allows it, and the description names it."""
    wide = other("/v1/things/{thing_id}", parameter("thing_id", type="integer"), resource="thing_id", target=TARGET)
    whole = held_to(wide, 2**40 + 5)
    assert told(whole.request(whole.token), whole) is None
    assert told(whole.request(whole.token, 2**40 + 6), whole)


@pytest.mark.parametrize("mutation", [Mutation.FIXTURE, Mutation.NEVER])
def test_without_a_resource_a_valid_token_goes_anywhere_but_by_never(mutation: Mutation) -> None:
    """An operation on what the account has is for the account to use."""
    whole = held_to(other("/v1/things", method="post"), None, mutation=mutation)
    for token in (whole.token, cut(whole.token)):
        assert (asked_at(b"/v1/things", whole, token=token) is None) == (mutation is Mutation.FIXTURE)


def test_a_path_that_lacks_a_segment_may_name_another_thing() -> None:
    """A router takes a word for the name; no word is an integer, and an unknown token does nothing there."""
    named = parameter("thing_id", type="string")
    text = held_to(other("/v1/things/{thing_id}/lock", named, method="delete", resource="thing_id", target=TARGET), "a")
    number = parameter("thing_id", type="integer")
    whole = held_to(other("/v1/things/{thing_id}/lock", number, method="delete", resource="thing_id", target=TARGET), 7)
    reason = "mutation = fixture: the id may be read as thing V1, which the description does not name"
    lacking = (b"/v1/things/lock", b"/v1/things//lock", b"/v1/things/./lock", b"/v1/lock/things/a", b"/things/a/lock")
    for path in lacking:
        assert asked_at(path, text, "DELETE") in {reason, reason.replace("V1", "LOCK")}
        assert asked_at(path, text, "DELETE", unknown(text, "x")) is None
        assert path.endswith(b"/a") or b"/a/" in path or asked_at(path, whole, "DELETE") is None
    assert asked_at(text.target(), text, "DELETE") is None
    assert asked_at(b"//V1/x/../things/./a/%6cock/", text, "DELETE") == reason.replace("V1", "X")
    assert asked_at(b"//V1/things/./a/%6cock/", text, "DELETE") is None
    assert asked_at(b"/v1/things/lock/lock", text, "DELETE") == reason.replace("V1", "LOCK")


@pytest.mark.parametrize(
    ("template", "documented_method", "method", "allowed"),
    [
        ("/v1/things/{thing_id}", "get", "GET", True),
        ("/v1/things/{thing_id}", "get", "HEAD", True),
        ("/v1/things/{thing_id}", "get", "OPTIONS", True),
        ("/v1/things/{thing_id}", "get", "DELETE", False),
        ("/v1/things/{thing_id}/state", "get", "PUT", False),
        ("/v1/things/{thing_id}/state", "get", "COPY", False),
        ("/v1/things/{thing_id}", "put", "DELETE", False),
        ("/v1/things/{thing_id}", "put", "put", True),
        ("/v1/things/{thing_id}/do", "post", "DELETE", True),
    ],
)
def test_another_method_is_not_sent_where_it_may_be_another_operation(
    template: str,
    documented_method: str,
    method: str,
    allowed: bool,  # noqa: FBT001 - a row above
) -> None:
    """A resource that a GET shows, a DELETE removes: with a valid token it leaves by mutation = any alone."""
    thing = parameter("thing_id", type="integer")
    whole = held_to(other(template, thing, method=documented_method, resource="thing_id", target=TARGET), 7)
    assert (asked_at(whole.target(), whole, method) is None) == allowed
    assert asked_at(whole.target(), whole, method, unknown(whole, "x")) is None
    assert asked_at(whole.target(), replace(whole, mutation=Mutation.ANY), method) is None
