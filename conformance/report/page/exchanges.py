"""The exchanges on the page: all in a row each, some in full, those of failures beside one that passed, and a chart.

The chart has a point for each exchange, at its start and its latency, and shows how latencies spread.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, TypeAlias

from conformance.report.files import dumps
from conformance.report.look import answer_text, one_line, request_text, visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

Line: TypeAlias = list[tuple[str, bool]]
"""A line in pieces, each with whether it differs from the other exchange."""

_LONGEST_MESSAGE = 3_000
_LONGEST_TARGET = 100
_MOST_TOKENS = 600
_ALIKE = 0.5
_EACH_TIME_ANOTHER = re.compile(
    r"date|age|content-length|x-[a-z-]*time|.*(?:request|correlation|trace)-?(?:id|parent)", re.IGNORECASE
)
_SIDES = {"request": "request", "response": "answer"}
WIDTH, HEIGHT = 720, 150
"""The size of the chart of exchanges, in units of its drawing."""
SPREAD_WIDTH, SPREAD_HEIGHT = 460, 150
"""The size of the chart of latencies."""
_BINS = 40
_CLASSES = {2: "success", 4: "refused", 5: "broken"}


@dataclass(frozen=True, slots=True)
class Shown:
    """An exchange in full.

    Attributes:
        number: its number in the traffic.
        probe: its probe.
        milliseconds: from the request to the whole answer.
        request, answer: its lines; marked where they differ from the exchange beside it.
        beside: the number and the probe of that exchange; None where there is none.
        lacking: header fields and body that only that exchange has, as nothing here can be marked for them.
    """

    number: int
    probe: str
    milliseconds: float
    request: list[Line]
    answer: list[Line]
    beside: tuple[int, str] | None
    lacking: dict[str, list[str]]

    @property
    def size(self) -> int:
        """The characters that it shows."""
        return sum(len(text) for line in (*self.request, *self.answer) for text, _ in line)


class Recording:
    """The exchanges of a traffic file, the content of which is `har`; there are none where it is empty.

    Attributes:
        entries: the HAR entries by number, in the order of numbers.
        probes_of: the probes of each clause, in the order in which they were sent first.
    """

    def __init__(self, har: Mapping[str, Any]) -> None:
        entries = har.get("log", {}).get("entries", [])
        self.entries: dict[int, Mapping[str, Any]] = {
            entry["_conformance"]["number"]: entry
            for entry in sorted(entries, key=lambda entry: entry["_conformance"]["number"])
        }
        self._by_probe: dict[str, list[int]] = defaultdict(list)
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for number, entry in self.entries.items():
            known = entry["_conformance"]
            self._by_probe[known["probe"]].append(number)
            for clause in known["clauses"] or ():
                found[clause][known["probe"]] = None
        self.probes_of = {clause: list(probes) for clause, probes in found.items()}

    def shown(self, number: int, clause: str, failed: Collection[str]) -> Shown | None:
        """The exchange that fails a clause, beside one that does not; None where the traffic lacks it."""
        entry = self.entries.get(number)
        if entry is None:
            return None
        beside = self._beside(entry, clause, failed)
        request, answer = _texts(entry)
        other = _texts(self.entries[beside]) if beside else None
        return Shown(
            number,
            entry["_conformance"]["probe"],
            entry["time"],
            _marked(request, other[0] if other else None),
            _marked(answer, other[1] if other else None),
            (beside, self.entries[beside]["_conformance"]["probe"]) if beside else None,
            _lacking(entry, self.entries[beside]) if beside else {},
        )

    def _beside(self, entry: Mapping[str, Any], clause: str, failed: Collection[str]) -> int | None:
        """The exchange most alike whose probe tests the clause and does not fail it; else the first with a success."""
        probes = [probe for probe in self.probes_of.get(clause, ()) if probe not in failed]
        numbers = [number for probe in probes for number in self._by_probe[probe][-1:]]
        found = [number for number in numbers if self.entries[number]["response"]["status"]]
        if found:
            return max(found, key=lambda number: (_likeness(entry, self.entries[number]), -number))
        successes = (
            number
            for number, one in self.entries.items()
            if 200 <= one["response"]["status"] < 300 and one["_conformance"]["probe"] not in failed  # noqa: PLR2004
        )
        return next(successes, None)

    def rows(self, clauses: Mapping[str, int]) -> dict[str, Any]:
        """All exchanges as JSON data; `clauses` has the place of each clause.

        ``probes`` has for each probe its id and the places of its clauses, ``targets`` the request targets; ``rows``
        has for each exchange its number, the places of probe and target, the method, the status (0 without an answer),
        and the milliseconds.
        """
        probes: dict[str, tuple[int, list[int]]] = {}
        targets: dict[str, int] = {}
        rows = []
        for number, entry in self.entries.items():
            known, status = entry["_conformance"], entry["response"]["status"]
            probe = known["probe"]
            if probe not in probes:
                places = [clauses[clause] for clause in known["clauses"] or () if clause in clauses]
                probes[probe] = len(probes), places
            target = targets.setdefault(one_line(known["target"], _LONGEST_TARGET), len(targets))
            method = one_line(entry["request"]["method"], _LONGEST_TARGET)
            rows.append([number, probes[probe][0], target, method, status, round(entry["time"], 1)])
        return {
            "probes": [[probe, places] for probe, (_, places) in probes.items()],
            "targets": list(targets),
            "rows": rows,
        }

    def texts(self, clauses: Iterable[str], first: Iterable[int], room: int) -> dict[int, tuple[str, str]]:
        """Request and answer of some exchanges: of the `first`, then of each clause's first probe, then its second.

        `room` is in characters of JSON.
        """
        found: dict[int, tuple[str, str]] = {}
        for number in dict.fromkeys([*first, *self._in_turn(clauses)]):
            texts = _texts(self.entries[number])
            room -= len(dumps(texts))
            if room < 0:
                break
            found[number] = texts
        return found

    def _in_turn(self, clauses: Iterable[str]) -> Iterator[int]:
        """The last exchange of the first probe of each clause, then of the second of each, and so on."""
        lists = [self.probes_of.get(clause, []) for clause in clauses]
        for place in range(max(map(len, lists), default=0)):
            yield from (self._by_probe[probes[place]][-1] for probes in lists if place < len(probes))


def _texts(entry: Mapping[str, Any]) -> tuple[str, str]:
    known = entry["_conformance"]
    return _clipped(request_text(entry), known["request_body"]), _clipped(answer_text(entry), known["response_body"])


def _clipped(text: str, body: Mapping[str, Any] | None) -> str:
    """The beginning of a message; its end says the length of a body that is not whole in the traffic either."""
    if not body or not body["cut"]:
        return visible(text, _LONGEST_MESSAGE)
    least = "at least " if body.get("truncated") else ""
    return visible(text, _LONGEST_MESSAGE, f"a body of {least}{body['size']:,} bytes, which is cut in traffic.har too")


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[bool, int]:
    """The likeness of two requests: the same method, and the number of parts that are the same."""
    first, second = one["request"], other["request"]
    same = [
        one["_conformance"]["target"] == other["_conformance"]["target"],
        first["headers"] == second["headers"],
        first.get("postData") == second.get("postData"),
    ]
    return first["method"] == second["method"], sum(same)


def _marked(text: str, other: str | None) -> list[Line]:
    """The lines of a message; marked is what the other message has otherwise, but for what differs each time."""
    if other is None:
        return [[(line, False)] for line in text.split("\n")]
    head, _, body = text.partition("\n\n")
    other_head, _, other_body = other.partition("\n\n")
    start, *fields = head.split("\n")
    other_start, *other_fields = other_head.split("\n")
    known = {line.partition(":")[0].lower(): line for line in other_fields}
    lines = [_pieces(start, other_start)]
    for line in fields:
        name = line.partition(":")[0].lower()
        lines.append(_pieces(line, line if _EACH_TIME_ANOTHER.fullmatch(name) else known.get(name, "")))
    if not body:
        return lines
    return [*lines, [("", False)], *_by_line(_pieces(body, other_body))]


def _lacking(entry: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields and the body that the other exchange has and this lacks, but for what differs each time."""
    found = {}
    for side, body in (("request", "postData"), ("response", "content")):
        names = {one["name"].lower() for one in entry[side]["headers"]}
        fields = {one["name"].lower(): one["name"] for one in other[side]["headers"]}
        lacking = [name for low, name in fields.items() if low not in names and not _EACH_TIME_ANOTHER.fullmatch(low)]
        texts = [(one[side].get(body) or {}).get("text") for one in (entry, other)]
        if texts[1] and not texts[0]:
            lacking.append("a body")
        if lacking:
            found[_SIDES[side]] = lacking
    return found


def _pieces(text: str, other: str) -> Line:
    """`text` in pieces, word by word; where the two are hardly alike all of it is marked."""
    if text == other:
        return [(text, False)]
    words, others = re.findall(r"\w+|\W", text), re.findall(r"\w+|\W", other)
    if len(words) + len(others) > _MOST_TOKENS:
        return [(text, True)]
    pieces: Line = []
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [(text, True)]
    for kind, begin, end, _, _ in matcher.get_opcodes():
        if begin != end:
            pieces.append(("".join(words[begin:end]), kind != "equal"))
    return pieces


def _by_line(pieces: Line) -> list[Line]:
    lines: list[Line] = [[]]
    for text, marked in pieces:
        first, *rest = text.split("\n")
        lines[-1].append((first, marked))
        lines += [[(one, marked)] for one in rest]
    return lines


@dataclass(frozen=True, slots=True)
class Timing:
    """The chart.

    Attributes:
        points: for each class of answers the path of its points.
        ticks: heights and words of the scale of latencies.
        bars: how many exchanges there are in each step of latency, as place, width and height.
        seconds: the length of the run's traffic.
        median, late, longest: milliseconds within which half and 95 % of all were answered, and the longest.
    """

    points: dict[str, str]
    ticks: list[tuple[float, str]]
    bars: list[tuple[float, float, float]]
    seconds: float
    median: float
    late: float
    longest: float


def timing_of(entries: Iterable[Mapping[str, Any]]) -> Timing | None:
    """The chart of these HAR entries; None where there are none."""
    rows = [(one["_conformance"]["started_at"], max(one["time"], 0.01), one["response"]["status"]) for one in entries]
    if not rows:
        return None
    begin, end = min(row[0] for row in rows), max(row[0] for row in rows)
    times = sorted(row[1] for row in rows)
    low, high = math.floor(math.log10(times[0])), math.ceil(math.log10(times[-1]))
    high = max(high, low + 1)

    def up(milliseconds: float) -> float:
        """The share of the height."""
        return (math.log10(milliseconds) - low) / (high - low)

    points: dict[str, list[str]] = {}
    for at, milliseconds, status in rows:
        x, y = (at - begin) / (end - begin or 1) * WIDTH, HEIGHT * (1 - up(milliseconds))
        points.setdefault(_CLASSES.get(status // 100, "other"), []).append(f"M{x:.1f} {y:.1f}h0")
    counts = [0] * _BINS
    for milliseconds in times:
        counts[min(int(up(milliseconds) * _BINS), _BINS - 1)] += 1
    most, width = max(counts), SPREAD_WIDTH / _BINS
    return Timing(
        points={kind: "".join(found) for kind, found in sorted(points.items())},
        ticks=[(HEIGHT * (1 - up(10**power)), _milliseconds(10.0**power)) for power in range(low, high + 1)],
        bars=[
            (round(place * width, 1), round(width - 2, 1), round(SPREAD_HEIGHT * count / most, 1))
            for place, count in enumerate(counts)
            if count
        ],
        seconds=end - begin,
        median=times[len(times) // 2],
        late=times[int(len(times) * 0.95)],
        longest=times[-1],
    )


def _milliseconds(value: float) -> str:
    return f"{value / 1000:g} s" if value >= 1000 else f"{value:g} ms"  # noqa: PLR2004 - a second
