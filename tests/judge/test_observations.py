"""Observations keep what a run has to know, and successes that can be compared are compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.contract.message import Trouble
from conformance.judge.expected import AGAIN, BURST, CREATION
from conformance.judge.observations import Observation, comparisons
from conformance.judge.reading import Context
from conformance.judge.verdict import AnsweredBy, Outcome
from tests.shipped import observation_of

from .exchanges import OTHER, UNKNOWN, URL, answer, created, exchange, refused, silence
from .observed import fallen, in_turn, observations_of, of_clause, settled

if TYPE_CHECKING:
    from conformance.contract.message import Exchange


def test_a_sight_has_what_is_compared_and_no_bytes() -> None:
    """Number, probe, facts, status, the id of a 201 and when it was; nothing of what does not matter."""
    made = replace(exchange(created(id=7), probe="a.b"), number=5, started_at=10.0, seconds=2.5)
    assert observation_of(made) == Observation(
        5, "a.b", made.facts, 201, frozenset({201}), success=True, same=7, begun=10.0, ended=12.5
    )
    assert observation_of(silence(Trouble.DROPPED)).status == 0


def test_only_a_201_with_an_object_has_an_id() -> None:
    """Anything that JSON has may stand there; without one, there is nothing to compare."""
    ids = {"text": "x", "zero": 0, "none": None, "list": [1]}
    assert {name: observation_of(exchange(created(id=value))).same for name, value in ids.items()} == ids
    for none in (created(id=...), answer(201, b"x"), answer(201, b"[]"), answer(200, {"id": 7}), refused(401)):
        assert observation_of(exchange(none)).same is None, none


def test_what_was_owed_is_told_from_what_came() -> None:
    """A status as owed, a refusal that is not, and silence about what nobody owes."""
    good, bad = (
        observation_of(exchange(refused(401), token=UNKNOWN)),
        observation_of(exchange(refused(400), token=UNKNOWN)),
    )
    assert (good.expected, good.as_expected, good.refused) == ({401}, True, True)
    assert (bad.expected, bad.as_expected, bad.refused) == ({401}, False, True)
    for status, is_refused in ((201, False), (399, False), (400, True), (500, True)):
        assert observation_of(exchange(answer(status))).refused is is_refused, status
    assert observation_of(silence()).refused
    assert not observation_of(exchange(refused(400), id=0)).expected


def test_a_sight_of_its_own_has_no_id_and_no_time() -> None:
    """Values that are not given are unknown."""
    facts = exchange(created()).facts
    bare = Observation(1, "p", facts, 0)
    assert (bare.same, bare.begun, bare.ended) == (None, 0.0, 0.0)


def test_urls_that_differ_in_a_password_are_not_compared() -> None:
    """Recorded traffic has one mark for both; the description's own url is known as such."""
    one, other = URL.replace("://", "://u:correct-horse@"), URL.replace("://", "://u:battery-staple@")
    assert compared(made(1, one), made(2, other), made(3, one)) == []
    usual = [replace(it, facts=replace(it.facts, usual_url=True)) for it in (made(1, one), made(1, one))]
    assert compared(*usual) == [2]


A, B = URL, "https://other.invalid/b.git"
REPEAT = "state.repeat"


def made(number: object, url: str = A, **sent: Any) -> Exchange:  # noqa: ANN401 - those of exchange()
    """A 201 with this id."""
    return exchange(created(id=number, url=url, repository_id=sent.get("id", 123)), url=url, **sent)


def differing(*exchanges: Exchange) -> list[int]:
    """The numbers of those whose id is not what it was."""
    return [
        one.observation.number for one in comparisons(observations_of(in_turn(*exchanges)).values()) if not one.same
    ]


def compared(*exchanges: Exchange) -> list[int]:
    """The numbers of those whose id can be compared."""
    return [one.observation.number for one in comparisons(observations_of(in_turn(*exchanges)).values())]


def test_an_id_of_its_own_fails_wherever_it_is_met() -> None:
    """Not in the first two alone: every 201 for the same repository and url counts, whatever its probe."""
    run = in_turn(made(1), made(1), made(2, probe="content-type.text", headers=()), made(1))
    assert fallen(run) == {REPEAT: [3, 4]}
    verdict = next(one for one in settled(run) if one.outcome is Outcome.FAIL)
    assert (verdict.message, verdict.got) == ("the id was 1 and is 2", "id 2")
    assert (verdict.probe, verdict.accepted) == ("content-type.text", ("201 with the same id",))
    assert verdict.answered_by is AnsweredBy.SERVICE
    assert of_clause(REPEAT, run)[2] is Outcome.PASS


def test_ids_of_their_own_are_noticed() -> None:
    """Fifty-eight of them are no association that was made once."""
    assert len(differing(*(made(number) for number in range(58)))) == 57


def test_another_id_for_another_url_is_no_failure() -> None:
    """A target may replace what it had: when its url comes back, whether the id should too cannot be known."""
    assert differing(made(1), made(2, B), made(3)) == []
    assert compared(made(1), made(2, B), made(3)) == []
    assert differing(made(1), made(2, B), made(2, B), made(3), made(3)) == []
    assert compared(made(1), made(2, B), made(2, B), made(3), made(3)) == [3, 5]


def test_another_spelling_of_the_url_is_no_other_url() -> None:
    """A service that keeps one url only, with an id of its own, may know it in capitals or with its port."""
    scheme, _, rest = A.partition("://")
    host, _, path = rest.partition("/")
    for same in (
        A.upper().replace("HTTPS", "Https"),
        f"{scheme}://{host}:443/{path}",
        f"{scheme}://{host}:/{path}",
        f"{scheme}://u:correct-horse@{rest}",
        f" {A} \n",
        f"{A}/?#",
    ):
        assert differing(made(1), made(1, same), made(1), made(2, B), made(3)) == [], same
    assert differing(made(1), made(1, A + "-2"), made(1), made(9)) == [4]


def test_where_an_id_outlives_another_url_all_of_the_run_are_compared() -> None:
    """One mirror for each repository, or one for each url: then the id that most have is the association's."""
    assert differing(made(1), made(1, B), made(1), made(9), made(1, B), made(1)) == [4]
    assert differing(made(1), made(2, B), made(1), made(2, B), made(9), made(1), made(2, B)) == [5]
    assert differing(made(1), made(2, B), made(1), made(3, B)) == [4]
    assert compared(made(1), made(2, B), made(1)) == [1, 3]


def test_an_association_by_another_notation_is_outlived_too() -> None:
    """Whichever repository it means: an id that outlives associations outlives that one."""
    noted = exchange(created(id=7), id="0123", url=B)
    assert differing(made(1), made(2, B), made(1), noted, made(9)) == [5]


def test_the_same_url_of_another_repository_is_another_association() -> None:
    """Nor is what happens to one repository anything to another."""
    assert compared(made(1), made(2, id=OTHER)) == []
    assert compared(made(1), made(2, B, id=OTHER), made(1)) == [3]


BETWEEN: dict[str, tuple[Exchange, bool]] = {
    "a refusal": (exchange(refused(400), url=B), True),
    "an unknown token that is refused": (exchange(refused(401), url=B, token=UNKNOWN), True),
    "an unknown token that is let in": (exchange(created(id=7), url=B, token=UNKNOWN), False),
    "a GET": (exchange(created(id=7), method="GET"), True),
    "a HEAD": (exchange((200, b"", ()), method="HEAD"), True),
    "another repository": (made(7, B, id=OTHER), True),
    "an association with another url": (made(7, B), False),
    "a crash": (exchange(refused(500), url=B), False),
    "a redirection": (exchange((302, b"", ()), url=B), False),
    "no answer": (silence(Trouble.DROPPED, url=B), False),
    "a 202": (exchange((202, b"", ()), url=B), False),
    "another method that succeeds": (exchange((204, b"", ()), method="DELETE"), False),
    "an id in another notation": (exchange(created(id=7), id="0123", url=B), False),
    "no url": (exchange(created(id=7), body=b"{}"), False),
    "two urls": (exchange(created(id=7), body=b'{"url": "https://a.invalid", "url": "https://b.invalid"}'), False),
}


@pytest.mark.parametrize(("between", "comparable"), BETWEEN.values(), ids=BETWEEN)
def test_what_may_have_changed_the_association_stands_between(between: Exchange, *, comparable: bool) -> None:
    """A request that was refused, or that cannot have meant this repository, does not."""
    assert differing(made(1), between, made(2)) == ([3] if comparable else [])


def test_overlapping_requests_cannot_be_put_in_order() -> None:
    """An association that was under way meanwhile may have come first, last, or in between."""
    first, second, third = in_turn(made(1), made(2, B), made(3))
    meanwhile = [
        [replace(first, seconds=9.0), third],
        [first, replace(second, started_at=5.5, seconds=1.5), third],
        [first, replace(second, started_at=1.5, seconds=1.0), third],
    ]
    for run in meanwhile:
        assert comparisons(observations_of(run).values()) == [], run
    before, after = replace(second, started_at=0.5, seconds=1.0), replace(second, started_at=7.5)
    for apart in (before, after):
        found = comparisons(observations_of([first, apart, third]).values())
        assert [one.observation.number for one in found] == [3]


def test_an_id_outlives_only_what_was_whole_in_between() -> None:
    """An association that overlaps one of the two proves nothing."""
    first, second, third = in_turn(made(1), made(2, B), made(1))
    assert len(comparisons(observations_of([first, second, third]).values())) == 2
    for moved in (replace(second, started_at=2.5), replace(second, started_at=5.5)):
        assert comparisons(observations_of([first, moved, third]).values()) == []


UPSETS: dict[str, Exchange] = {
    "a crash": exchange(refused(500), url=B),
    "no answer": silence(Trouble.DROPPED, url=B),
    "another method that succeeds": exchange((204, b"", ()), method="DELETE"),
}


@pytest.mark.parametrize("upset", UPSETS.values(), ids=UPSETS)
def test_what_has_an_unknown_effect_parts_the_run(upset: Exchange) -> None:
    """After it the id may be another one; before it and after it, each with its own, all have one."""
    outlived = (made(1), made(2, B), made(1))
    assert differing(*outlived, upset, made(5), made(5)) == []
    assert differing(*outlived, upset, made(5), made(6), made(5)) == [6]
    assert differing(*outlived, made(9), upset, made(5)) == [4]
    assert differing(made(1), made(2, B), upset, made(1), made(3)) == [5]  # which shows nothing of other urls
    first, *others = in_turn(*outlived, upset, made(5), made(5))
    overlapping = [first, *others[:2], replace(others[2], seconds=2.5), *others[3:]]
    assert [one.observation.number for one in comparisons(observations_of(overlapping).values())] == [1, 3]


def test_an_association_of_which_the_url_is_open_is_no_upset() -> None:
    """Two urls, or none: where an id outlives other urls it outlives these, and nothing is compared with them."""
    outlived = (made(1), made(2, B), made(1))
    two = exchange(created(id=7), body=b'{"url": "https://a.invalid", "url": "https://b.invalid"}')
    for odd in (two, exchange(created(id=7), body=b"{}")):
        assert differing(*outlived, odd, made(5), made(1)) == [5], odd.request.body
    same = exchange(created(id=5), body=b'{"url": "%s", "url": "%s"}' % (A.encode(), A.encode()))
    assert differing(*outlived, same) == [4]
    assert differing(made(1), same) == [2]


def test_many_at_once_that_got_several_ids_are_an_upset() -> None:
    """A race at creation is said by its own clause; the ids after it are nobody's fault."""
    outlived = (made(1), made(2, B), made(1))
    race = (made(3, probe=CREATION), made(4, probe=CREATION))
    assert differing(*outlived, *race, made(5), made(5)) == []
    assert differing(*outlived, made(1, probe=CREATION), made(1, probe=CREATION), made(5)) == [6]


def test_what_is_judged_apart_is_not_judged_twice() -> None:
    """The same again, and many at once, have rules of their own; they show what the id was all the same."""
    assert compared(made(1), made(1, probe=AGAIN), made(1)) == [3]
    assert differing(made(1), made(2, probe=BURST), made(3, probe=CREATION)) == []


def test_where_the_same_again_has_another_id_nothing_more_is_said() -> None:
    """One cause, one failure."""
    run = in_turn(made(1), made(2, probe=AGAIN), made(3), made(4))
    assert fallen(run, Context(same=1)) == {REPEAT: [2]}


def test_a_success_without_an_id_is_not_compared() -> None:
    """A missing one, null, and what is no 201."""
    assert (
        compared(made(1), made(None), made(...), exchange(created(), method="PUT"), exchange(created(), id="0123"))
        == []
    )


def test_ids_are_compared_as_json_has_them() -> None:
    """1 and 1.0 are one number, true and "1" are none, and an object may be an id."""
    assert differing(made(1), made(1.0), made(True), made("1"), made({"a": 1, "b": 2}), made({"b": 2, "a": 1})) == [
        3,
        4,
        5,
    ]


def test_the_order_in_which_they_are_seen_does_not_matter() -> None:
    """Times and numbers do."""
    run = in_turn(made(1), made(1, B), made(1), made(9), made(1))
    observations = list(observations_of(run).values())
    found = [one.observation.number for one in comparisons(observations) if not one.same]
    assert found == [one.observation.number for one in comparisons(reversed(observations)) if not one.same] == [4]
