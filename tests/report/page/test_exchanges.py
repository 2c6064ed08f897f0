"""The exchanges of a run on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.report.page.exchanges import HEIGHT, WIDTH, Recording, timing_of
from tests.report.builders import REQUEST, answer, exchange
from tests.report.page.pages import ABOVE, over, traffic
from tests.shipped import target_of

OTHER = "status.401.unknown-token"


def texts(lines: list[list[tuple[str, bool]]]) -> list[str]:
    """The marked pieces of a message."""
    return [text for line in lines for text, marked in line if marked]


def test_beside_a_failure_stands_the_exchange_most_like_it() -> None:
    """It is of the same clause, and its probe does not fail that."""
    near = replace(REQUEST, target=target_of("2147483649"))
    far = replace(near, method="PUT", body=None)
    har = traffic(
        (exchange(REQUEST, number=1, probe="state.first", response=answer(201)), (OTHER,)),
        (exchange(far, number=2, probe="far"), (ABOVE,)),
        (exchange(near, number=3, probe="near"), (ABOVE,)),
        (over(4, "failed.too"), (ABOVE,)),
        (over(), (ABOVE,)),
    )
    shown = Recording(har).shown(17, ABOVE, ["id.over", "failed.too"])
    assert shown is not None
    assert shown.beside == (3, "near")
    assert texts(shown.request) == ["2147483648"]


def test_where_none_tests_the_clause_the_first_success_stands_beside_it() -> None:
    """And where there is no success either, nothing does, and nothing is marked."""
    first = (exchange(REQUEST, number=1, probe="state.first", response=answer(201)), (OTHER,))
    shown = Recording(traffic(first, (over(), (ABOVE,)))).shown(17, ABOVE, ["id.over"])
    assert shown is not None
    assert shown.beside == (1, "state.first")
    alone = Recording(traffic((over(), (ABOVE,)))).shown(17, ABOVE, ["id.over"])
    assert alone is not None
    assert (alone.beside, texts([*alone.request, *alone.answer])) == (None, [])


def test_values_that_differ_each_time_are_not_marked() -> None:
    """Dates, lengths and the ids of requests."""
    headers = [(b"Date", b"Mon"), (b"X-Request-Id", b"1"), (b"Content-Length", b"7"), (b"Server", b"one")]
    others = [(b"Date", b"Tue"), (b"X-Request-Id", b"2"), (b"Content-Length", b"8"), (b"Server", b"two")]
    har = traffic(
        (exchange(number=1, probe="near", response=answer(401, b"{}", *others)), (ABOVE,)),
        (exchange(number=17, probe="id.over", response=answer(401, b"{}", *headers)), (ABOVE,)),
    )
    shown = Recording(har).shown(17, ABOVE, ["id.over"])
    assert shown is not None
    assert texts(shown.answer) == ["one"]


def test_what_is_only_in_the_other_exchange_is_named() -> None:
    """Nothing can be marked where a header field or a body is not."""
    bare = replace(REQUEST, headers=(), token=None, body=None)
    har = traffic(
        (exchange(number=1, probe="near", response=answer(401, b"{}", (b"Date", b"Mon"), (b"Vary", b"*"))), (ABOVE,)),
        (exchange(bare, number=17, probe="id.over", response=answer(401, b"{}")), (ABOVE,)),
    )
    shown = Recording(har).shown(17, ABOVE, ["id.over"])
    assert shown is not None
    assert shown.lacking == {"request": ["X-Auth-Token", "Content-Type", "a body"], "answer": ["Vary"]}


def test_an_exchange_that_the_traffic_lacks_is_none() -> None:
    """A report may be read without its traffic."""
    assert Recording({}).shown(17, ABOVE, []) is None
    assert Recording({}).rows({})["rows"] == []


def test_each_exchange_is_a_row() -> None:
    """Probes and targets stand once."""
    har = traffic(
        (over(2, "again"), (ABOVE, OTHER)),
        (over(1, "again"), (ABOVE, OTHER)),
        (exchange(number=3, trouble="timeout"), ()),
    )
    rows = Recording(har).rows({ABOVE: 5})
    assert rows["probes"] == [["again", [5]], ["id.maximum.unknown-token", []]]
    assert rows["rows"] == [
        [1, 0, 0, "POST", 201, 125.0],
        [2, 0, 0, "POST", 201, 125.0],
        [3, 1, 1, "POST", 0, 125.0],
    ]


@pytest.mark.parametrize(
    ("length", "truncated", "end"),
    [
        (80_000, False, "x… (a body of 80,000 bytes, which is cut in traffic.har too)"),
        (80_000, True, "x… (a body of at least 80,000 bytes, which is cut in traffic.har too)"),
        (4_000, False, "x… (4,021 characters)"),
        (40, False, "xx"),
    ],
)
def test_a_long_message_has_its_whole_length(length: int, end: str, *, truncated: bool) -> None:
    """It is not that of what was kept, where the body is cut in the traffic."""
    reply = replace(answer(400, b"x" * length), headers=(), truncated=truncated)
    sent = replace(REQUEST, body=b"x" * length)
    har = traffic((exchange(sent, number=1, probe="long", response=reply), (ABOVE,)))
    asked, told = Recording(har).texts([ABOVE], [1], 100_000)[1]
    assert told.endswith(end)
    if length == 80_000:
        assert asked.endswith("x… (a body of 80,000 bytes, which is cut in traffic.har too)")


def test_texts_are_kept_in_turn_while_there_is_room() -> None:
    """Those asked for, then one for each clause, then a second one."""
    har = traffic(
        (exchange(number=1, probe="one"), (ABOVE,)),
        (exchange(number=2, probe="two"), (ABOVE,)),
        (exchange(number=3, probe="three"), (OTHER,)),
        (exchange(number=4, probe="four"), ()),
    )
    recording = Recording(har)
    assert list(recording.texts([ABOVE, OTHER], [4], 100_000)) == [4, 1, 3, 2]
    size = len("".join(recording.texts([ABOVE, OTHER], [4], 100_000)[4]))
    assert list(recording.texts([ABOVE, OTHER], [4], 3 * size)) == [4, 1]


def entry(at: float, milliseconds: float, status: int = 200) -> dict[str, Any]:
    """As much of a HAR entry as the chart reads."""
    return {"_conformance": {"started_at": at}, "time": milliseconds, "response": {"status": status}}


def test_a_point_stands_at_its_start_and_its_latency() -> None:
    """The latencies are on a logarithmic scale that begins and ends with a power of ten."""
    found = timing_of([entry(10, 1), entry(15, 10, 404), entry(20, 100, 500)])
    assert found is not None
    assert found.points == {
        "broken": f"M{WIDTH:.1f} 0.0h0",
        "refused": f"M{WIDTH / 2:.1f} {HEIGHT / 2:.1f}h0",
        "success": f"M0.0 {HEIGHT:.1f}h0",
    }
    assert found.ticks == [(HEIGHT, "1 ms"), (HEIGHT / 2, "10 ms"), (0, "100 ms")]
    assert (found.seconds, found.median, found.longest) == (10, 10, 100)


@pytest.mark.parametrize("milliseconds", [0, 0.001, 1, 1_000_000])
def test_one_exchange_is_a_chart(milliseconds: float) -> None:
    """However long it took, and without an answer too."""
    found = timing_of([entry(0, milliseconds, 0)])
    assert found is not None
    assert list(found.points) == ["other"]
    assert len(found.bars) == 1


def test_without_traffic_there_is_none() -> None:
    """The page leaves its part out."""
    assert timing_of([]) is None


def test_bars_count_all() -> None:
    """The highest is of the step with most exchanges."""
    found = timing_of([entry(0, 1)] * 3 + [entry(0, 99)])
    assert found is not None
    assert [high for _, _, high in found.bars] == [150, 50]
