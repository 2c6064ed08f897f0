"""The judge over generated exchanges: nothing makes it raise, and no clause fails that is not about them."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Request, Response, Token, Trouble
from conformance.judge.expected import AGAIN, BURST, FIRST
from conformance.judge.judge import context_of, judge
from conformance.judge.reading import Context
from conformance.judge.verdict import Outcome
from tests.shipped import behaviour_of, target_of

from .exchanges import (
    CONTRACT,
    JSON,
    KNOWN,
    NEAR,
    UNKNOWN,
    VALID,
    WITHOUT_PERMISSION,
    created,
    exchange,
    failing,
    mirror,
    verdicts,
)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = tuple(mirror())
NEARLY = st.dictionaries(st.sampled_from((*FIELDS, "error_code", "error_msg")), JSON_VALUES).map(
    lambda changes: json.dumps(mirror() | changes).encode()
)
BODIES = st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode()) | NEARLY
HEADERS = st.lists(
    st.tuples(st.sampled_from((b"Content-Type", b"content-type", b"x")) | st.binary(), st.binary()), max_size=4
).map(tuple)
RESPONSES = st.builds(
    Response,
    status=st.sampled_from((200, 201, 401, 403, 404)) | st.integers(100, 999),
    reason=st.text(),
    headers=HEADERS,
    body=BODIES,
    truncated=st.sampled_from((False, False, False, True)),
)
TOKENS = st.sampled_from((None, VALID, UNKNOWN, NEAR, WITHOUT_PERMISSION)) | st.binary(max_size=40).map(Token)
SEGMENTS = st.sampled_from((b"123", b"1", b"0", b"456", b"789", b"2147483647", b"2147483648", b"")) | st.binary()
URLS = (
    st.sampled_from(("https://u:p@m.invalid/", "https://u:\ud800long-enough@m.invalid", "http://[", "//a:b@"))
    | st.text()
)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(("POST", "POST", "POST", "GET", "HEAD", "OPTIONS", "post")),
    target=SEGMENTS.map(target_of) | st.binary(),
    token=TOKENS,
    body=URLS.map(lambda url: json.dumps({"url": url}).encode()) | st.none() | st.binary(),
    headers=st.sampled_from(((JSON,), ())),
    token_header=st.sampled_from((b"X-Auth-Token", b"x-auth-token")),
)
CONTEXTS = st.builds(
    Context,
    obstacle=st.sampled_from((None, "the target refuses")),
    succeeded=st.booleans(),
    same=JSON_VALUES,
    steady=st.booleans(),
)
PROBES = st.sampled_from((FIRST, AGAIN, BURST, "other"))


@given(sent=REQUESTS, response=RESPONSES, context=CONTEXTS, probe=PROBES)
def test_any_answer_to_any_request_is_judged_and_always_in_the_same_way(
    sent: Request, response: Response, context: Context, probe: str
) -> None:
    """Nothing raises, the same exchange has the same verdicts, and these are of clauses in the catalogue."""
    of = Exchange(1, probe, sent, facts_of(sent, KNOWN), response=response)
    found = judge(of, CONTRACT, context)
    assert found == judge(replace(of), CONTRACT, context)
    assert {verdict.clause for verdict in found} <= CONTRACT.catalogue.by_id.keys()
    assert len({verdict.clause for verdict in found}) == len(found)
    for verdict in found:
        assert verdict.accepted or verdict.outcome is Outcome.NOT_TESTED
        assert verdict.message.isprintable()
        assert bool(verdict.message) == (verdict.outcome in {Outcome.FAIL, Outcome.NOT_TESTED})
    assert behaviour_of(of) == behaviour_of(replace(of))
    context_of([replace(of, probe=FIRST), replace(of, probe=AGAIN)], CONTRACT)


@given(
    sent=REQUESTS,
    trouble=st.sampled_from(Trouble),
    confirmed=st.booleans(),
    context=CONTEXTS,
    probe=PROBES,
    declared=st.sets(st.sampled_from(sorted(CONTRACT.catalogue.by_id))),
)
def test_no_answer_fails_at_most_the_connection(
    *, sent: Request, trouble: Trouble, confirmed: bool, context: Context, probe: str, declared: set[str]
) -> None:
    """For anything that was sent, and anything that is declared; every declared clause has a verdict."""
    of = Exchange(1, probe, sent, facts_of(sent, KNOWN), trouble=trouble, confirmed=confirmed)
    found = judge(of, CONTRACT, context, declared)
    assert {verdict.clause for verdict in found if verdict.outcome is not Outcome.NOT_TESTED} <= {"connection.dropped"}
    assert declared <= {verdict.clause for verdict in found} <= CONTRACT.catalogue.by_id.keys()


@given(response=RESPONSES, declared=st.sets(st.sampled_from(sorted(CONTRACT.catalogue.by_id))))
def test_every_declared_clause_has_a_verdict(response: Response, declared: set[str]) -> None:
    """For any outcome, each declared clause has one verdict."""
    sent = replace(exchange(created()), response=response)
    assert declared <= {verdict.clause for verdict in judge(sent, CONTRACT, Context(), declared)}


@given(name=st.sampled_from(FIELDS), value=JSON_VALUES | st.just(...), probe=PROBES)
def test_a_change_in_one_field_fails_only_clauses_of_that_field(name: str, value: object, probe: str) -> None:
    """A good 201 with one member changed or taken away; that ids differ is the state's."""
    changed = exchange(created(**{name: value}), probe=probe)
    fallen = failing(changed, Context(same=12439))
    assert {clause for clause in fallen if not clause.startswith(f"response.201.{name}.")} <= {
        "state.repeat",
        "state.concurrent",
    }


def test_an_id_that_is_no_id_at_all_breaks_nothing() -> None:
    """Deeply nested, very long or not printable, it is compared and shown like any other."""
    deep = json.loads("[" * 490 + "]" * 490)
    for odd in (deep, "\ud800" * 1000, 10**3990, {"a": "\x1b"}):
        found = verdicts(exchange(created(id=odd), probe=AGAIN), Context(same=12439))
        assert found["state.repeat"].outcome is Outcome.FAIL
        assert found["state.repeat"].message.isprintable()
        assert len(found["state.repeat"].message) <= 20 * 601
        same = verdicts(exchange(created(id=odd), probe=AGAIN), Context(same=odd))
        assert same["state.repeat"].outcome is Outcome.PASS
