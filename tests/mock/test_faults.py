"""The faults and variants: each row is well-formed, and on the wire each does what its sentence says."""

from __future__ import annotations

import json
import re
from collections import Counter
from fnmatch import fnmatchcase

import httpx
import pytest

from conformance.mock import running
from conformance.mock.faults import FAULTS, PARTS
from conformance.mock.variants import KINDS, VARIANTS
from conformance.spec import load_contract
from conformance.traffic.transport import codings_of, decoded

from .conftest import BODY, PATH, raw_request, send_raw

BROTLI = "compressed-in-brotli"
CLAUSES = {clause.id: clause.level.value for clause in load_contract().catalogue}


def test_there_are_as_many_as_their_modules_hold() -> None:
    """No id is used twice, neither within a catalogue nor across both, and no sentence either."""
    assert len(FAULTS) == sum(len(part.faults) for part in PARTS)
    assert len(VARIANTS) == sum(len(kind.variant) for kind in KINDS)
    assert not FAULTS.keys() & VARIANTS.keys()
    sentences = Counter([fault.summary for fault in FAULTS.values()] + [one.summary for one in VARIANTS.values()])
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_every_clause_that_can_fail_has_a_fault() -> None:
    """A clause that nothing breaks would be one that nobody has seen fail."""
    broken = {fault.clause for fault in FAULTS.values()}
    assert {name for name, level in CLAUSES.items() if level in {"must", "should"}} - broken == set()


def test_a_fault_names_its_clause() -> None:
    """The clause is of the level that is said, and each glob matches a clause."""
    assert [fault.id for fault in FAULTS.values() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", fault.id)] == []
    levels = {fault.id: (CLAUSES[fault.clause], fault.level) for fault in FAULTS.values()}
    assert {name: pair for name, pair in levels.items() if pair[0] != pair[1]} == {}
    globs = {(fault.id, glob) for fault in FAULTS.values() for glob in fault.also}
    assert [(name, glob) for name, glob in globs if not any(fnmatchcase(clause, glob) for clause in CLAUSES)] == []


def test_a_summary_is_a_sentence() -> None:
    """Each has 12 to 142 characters."""
    sentences = [fault.summary for fault in FAULTS.values()] + [one.summary for one in VARIANTS.values()]
    assert [words for words in sentences if not re.fullmatch(r"[A-Z][^\n]{10,140}\.", words) or ". " in words] == []


def test_a_variant_associates_what_may_be_associated() -> None:
    """After at most one 429, with every documented member where the body can be read."""
    wrong = {}
    for name, variant in VARIANTS.items():
        with running(variant.make()) as url, httpx.Client(headers={"X-Auth-Token": "1"}, timeout=10) as client:
            _, last = [_associated(client, url) for _ in range(2)]
        members = {"id", "repository_id", "url"}
        if last.status_code != 201 or (name != BROTLI and not members <= json.loads(last.content).keys()):
            wrong[name] = (last.status_code, last.content)
    assert wrong == {}


def _associated(client: httpx.Client, url: str) -> httpx.Response:
    """The answer to an association, its content codings undone: httpx knows neither every list nor bare deflate."""
    with client.stream("POST", url + PATH.format(1), content=BODY) as answer:
        raw = b"".join(answer.iter_raw())
    body = decoded(raw, codings_of(answer.headers.raw), truncated=False, largest=2**20).body
    return httpx.Response(answer.status_code, content=body)


def test_a_header_name_may_matter() -> None:
    """The one that looks at the spelling of the header accepts one spelling only."""
    with running(FAULTS["header-name-case-sensitive"].make()) as url:
        assert send_raw(url, raw_request(headers=b"X-Auth-Token: 1\r\n")).status == 201
        assert send_raw(url, raw_request(headers=b"x-auth-token: 1\r\n")).status == 401


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        pytest.param("deep-nesting-dropped", raw_request(body=b"[" * 600), id="deep nesting"),
        pytest.param(
            "header-over-65535-dropped", raw_request(headers=b"X-Auth-Token: " + b"t" * 65_536 + b"\r\n"), id="header"
        ),
    ],
)
def test_a_dropped_connection(name: str, request_: bytes) -> None:
    """It is dropped for this input, each time, and for no other."""
    with running(FAULTS[name].make()) as url:
        for _ in range(3):
            with pytest.raises((ConnectionError, OSError)):
                send_raw(url, request_)
            assert send_raw(url, raw_request()).status == 201


def test_the_first_of_two_tokens_counts() -> None:
    """The first counts if the variant says so."""
    with running(VARIANTS["first-token-counts"].make()) as url:
        assert send_raw(url, raw_request(headers=b"X-Auth-Token: 1\r\nX-Auth-Token: 2\r\n")).status == 201
        assert send_raw(url, raw_request(headers=b"X-Auth-Token: 2\r\nX-Auth-Token: 1\r\n")).status == 401


def test_no_read_back() -> None:
    """The variant without a read-back answers 404 after an association."""
    with running(VARIANTS["read-back-missing"].make()) as url, httpx.Client(headers={"X-Auth-Token": "1"}) as client:
        assert client.post(url + PATH.format(1), content=BODY).status_code == 201
        assert client.get(url + PATH.format(1).removesuffix("/associate")).status_code == 404
