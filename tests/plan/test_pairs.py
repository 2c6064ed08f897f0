"""The covering array: every pair of classes stands in it, few things are wrong at a time, no stranger is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.contract.values import ValueKind
from conformance.plan.policy import refusal
from conformance.plan.probe import Mutation, Profile
from conformance.plan.probes.pairs import (
    BODILESS,
    FIRST,
    PLAIN,
    STANDARD,
    classes_of,
    combination,
    deep_rows,
    pair_probes,
    standard_rows,
)
from tests.plan.covering import ELSEWHERE, MOST_WRONG, asked, made, pairs_of
from tests.plan.fixtures import CONTRACT, DECLARED, declared, fixtures, held_to, least, other, parameter

if TYPE_CHECKING:
    from conformance.contract.message import Request

ANY = fixtures(mutation=Mutation.ANY)
CLASSES = classes_of(CONTRACT.operation)
DEEP = [row.name for row in deep_rows(CLASSES)]
PROBES = {probe.id: probe for probe in pair_probes(ANY, DECLARED)}


def request(name: str) -> Request:
    """The request of a row."""
    found = PROBES[f"pair.{name}"].request
    assert found is not None
    return found


def test_the_rows_are_those_that_the_library_makes() -> None:
    """Changed models need new rows: `python -m tests.plan.covering` prints them."""
    assert made() == STANDARD


def test_every_pair_that_is_asked_for_stands_in_a_row() -> None:
    """In one of these, or in one that the probes of permissions send."""
    assert asked() - set().union(*map(pairs_of, STANDARD + ELSEWHERE)) == set()


def test_few_things_are_wrong_at_a_time() -> None:
    """Three at most on the document's path and with its method; of the first rows, two alone."""
    wrong = {name: len(combination(name).classes) for name in STANDARD}
    many = {name for name, number in wrong.items() if number > MOST_WRONG}
    assert {name for name in many if not combination(name).classes.keys() & {"method", "path"}} == set()
    assert {wrong[name] for name in FIRST} == {2}


def test_a_standard_run_stays_under_500_requests() -> None:
    """About a quarter of them have two things wrong."""
    standard = [probe for probe in PROBES.values() if probe.profile is Profile.STANDARD]
    assert 100 <= len(standard) <= 140
    assert [probe.id for probe in standard] == [f"pair.{name}" for name in STANDARD + PLAIN]


def test_deep_sends_every_pair_of_wrong_classes_alone() -> None:
    """Of all classes, beside what the standard profile sends."""
    names = {*STANDARD, *PLAIN, *DEEP}
    assert len(names) == len(STANDARD) + len(PLAIN) + len(DEEP) == len(PROBES)
    alone = {frozenset(combination(name).classes.items()) for name in names if len(combination(name).classes) == 2}
    parts = [(part, name) for part, classes in CLASSES.items() for name in classes]
    missing = {
        frozenset({one, other})
        for one in parts
        for other in parts
        if one[0] != other[0] and frozenset({one, other}) not in alone
    }
    bodiless = {
        (("body", body), ("method", method)) for body in CLASSES["body"] for method in ("HEAD", "GET", "DELETE")
    }
    stray = {(("id", name), ("token", token)) for name in ("text", "under", "over") for token in ("near", "over")}
    assert {pair for pair in map(_sorted, missing) if not _silent(dict(pair))} == bodiless | stray
    assert not any(_silent(dict(pair)) for pair in alone)


def _sorted(pair: frozenset[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pair))


def _silent(pair: dict[str, str]) -> bool:
    """Whether an id that may name the resource stands beside anything but a stranger's token."""
    stranger = pair.get("token") in {"missing", "unknown", "empty", "odd"}
    return pair.get("id") in {"padded", "encoded"} and not stranger


def test_a_name_is_read_back() -> None:
    """It lists the classes in the order of the parts."""
    for name in (*STANDARD, *DEEP):
        assert combination(name).name == name


def test_each_class_changes_its_part_and_no_other() -> None:
    """Every other part is the documented request's, byte for byte."""
    plain = ANY.request(ANY.token)
    wrong = []
    for name in STANDARD:
        sent, classes = request(name), combination(name).classes
        same = {
            "token": sent.token == plain.token,
            "body": sent.body == plain.body,
            "media": sent.headers == plain.headers,
            "method": sent.method == "POST",
        }
        changed = {part for part, equal in same.items() if not equal}
        if classes.get("method") in BODILESS:
            changed -= {"body", "media"} - classes.keys()
        if changed != classes.keys() - {"id", "path"}:
            wrong.append((name, changed))
        if ("id" in classes or "path" in classes) == (sent.target == plain.target):
            wrong.append((name, {"target"}))
    assert wrong == []


def test_classes_are_what_their_words_say() -> None:
    """Ids out of range and no integer, to the byte; other spellings of the path are not the exact one."""
    kinds = {"below": ValueKind.BELOW, "above": ValueKind.ABOVE, "word": ValueKind.NOT_INTEGER}
    for name, kind in kinds.items():
        assert facts_of(request(f"id-{name}.body-absent"), ANY.known).id_kind is kind
    for path in CLASSES["path"]:
        assert not facts_of(request(f"token-missing.path-{path}"), ANY.known).exact_path
    assert request("token-over.media-text").token == request("token-over.body-array").token
    assert facts_of(request("token-over.media-text"), ANY.known).token_length == 100_001


def test_all_may_be_sent_by_the_default_policy() -> None:
    """For any repository, the id means that one or none; without a valid token nothing is kept back at all.

    The greatest id is kept back unless the description names it, and a row that needs what the description lacks.
    """
    kept = []
    for number in (1, 9, 123, 65_536, 2112029391, 2147483647):
        whole = least(resource=number, loopback=False, url="https://mirror.invalid/a.git")
        for probe in pair_probes(whole, DECLARED):
            if probe.request is None or "id-maximum" in probe.id:
                continue
            if reason := refusal(probe.request, facts_of(probe.request, whole.known), whole):
                kept.append((number, probe.id, reason))
    assert kept == []


def test_an_operation_has_the_rows_of_the_parts_that_it_has() -> None:
    """Without a body none is wrong, nor has it a type; an id that is a text is never a number."""
    number = parameter("thing_id", type="integer", minimum=1, maximum=2**40)
    text = parameter("thing_id", type="string", minLength=1, maxLength=36)
    target = {"thing_id": {"parameter": "thing_id", "role": "permitted"}}
    shown = classes_of(other("/v1/things/{thing_id}", number, resource="thing_id", target=target))
    assert (shown["body"], shown["media"], list(shown["method"])) == ({}, {}, ["PUT", "DELETE", "PATCH"])
    assert shown["id"] == {
        "below": "a thing's id, negative",
        "above": "a thing's id plus 2^64",
        "word": "a thing's id, followed by letters",
        "padded": "a thing's id, with a leading zero",
        "encoded": "a thing's id, with a percent-encoded digit",
        "text": "a thing's id that is a word",
        "under": "id 0",
        "over": "id 1099511627777",
        "maximum": "the greatest id",
    }
    assert "over" not in shown["token"]
    assert {part for row in standard_rows(shown) for part in row.classes} == {"token", "id", "path", "method"}
    written = other(
        "/v1/things/{thing_id}/do",
        text,
        method="put",
        body={"schema": {"properties": {"size": {"type": "integer"}}}, "example": {"size": 1}},
        resource="thing_id",
        target=target,
    )
    found = classes_of(written)
    assert found["body"]["number"] == "a size that is a string"
    assert (list(found["id"]), list(found["method"])) == (["above", "word"], ["HEAD", "GET", "DELETE", "PATCH"])
    whole = held_to(written, "web-1", mutation=Mutation.ANY)
    probes = {probe.id: probe.request for probe in pair_probes(whole, declared())}
    above = probes["pair.id-above.body-number"]
    assert above is not None
    assert (above.target.split(b"/")[3], above.body) == (b"web-1" * 7 + b"we", b'{"size": "x"}')
    assert {probe.clauses for probe in pair_probes(whole, declared())} == {()}
    assert list(classes_of(other("/v1/things"))["id"]) == []
