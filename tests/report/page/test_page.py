"""The page: what stands where, that it fetches nothing, and that a target's words stay words."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conformance.contract.contract import Passage, passage_of
from conformance.judge.behaviour import Behaviour
from conformance.report.page.page import Block, Piece, blocks_of
from conformance.report.record import Since, Time
from tests.report.builders import CONTRACT, REQUEST, answer, evidence, exchange, failed, record
from tests.report.page.pages import (
    ABOVE,
    BROKEN_TRAFFIC,
    HOSTILE,
    PLACE,
    broken,
    find,
    over,
    page_of,
    text_of,
    traffic,
    words,
)
from tests.shipped import target_of


def test_a_conformant_run_says_so_first() -> None:
    """Nothing failed, nothing was left untested, and there is no part for failures."""
    page = page_of(record())
    assert words(find(page, "#word")) == "Conformant"
    assert find(page, "#verdict")[0].get("class") == "conformant"
    assert words(find(page, "#verdict .why")) == "Every promise tested was kept"
    assert words(find(page, ".first section")[0]) == "What failed Nothing."
    assert words(find(page, ".first section")[1]).startswith("What was not tested No clause was left untested.")
    assert find(page, "#failures") == []


def test_a_failure_is_shown_whole() -> None:
    """The sentence with its place, level and basis; accepted, got, and the responder; how to repeat it."""
    page = page_of(broken(), BROKEN_TRAFFIC)
    assert words(find(page, "#word")) == "Non-conformant"
    assert words(find(page, ".brief blockquote")) == "Value range: 1~2147483647"
    shown = words(find(page, f"#f{PLACE}"))
    for text in (
        "Value range: 1~2147483647",
        "Table 1 / repository_id, line 42",
        "levelmust",
        "basisquoted. The document's own words say it.",
        "acceptedany status but 2xx",
        "got201",
        "answered bythe service",
        "conformance run staging --seed 1 --probe id.over",
        "curl -sS -i -X POST",
    ):
        assert text in shown, text


def test_the_parts_of_a_page_lead_to_each_other() -> None:
    """From the verdict to the failure, from there to the sentence, from the sentence to its clause; no link is dead."""
    page = page_of(broken(), BROKEN_TRAFFIC)
    assert find(page, ".brief a")[0].get("href") == f"#f{PLACE}"
    assert find(page, f"#f{PLACE} dd a")[0].get("href") == f"#s{PLACE}"
    mark = page.xpath(f"//i[@id='s{PLACE}']/following-sibling::a")[0]
    assert mark.text == "Value range:"
    assert mark.get("class") == "mark fail"
    assert str(PLACE) in mark.get("data-clauses").split()
    assert {link.get("href") for link in page.xpath("//a[@href]")} <= {
        f"#{one.get('id')}" for one in page.xpath("//*[@id]")
    }


def test_a_sentence_of_several_clauses_opens_with_the_broken_one() -> None:
    """Its mark is red for that one, which a reader would have to look for below those that passed."""
    mark = page_of(broken(), BROKEN_TRAFFIC).xpath(f"//i[@id='s{PLACE}']/following-sibling::a")[0]
    first, *others = mark.get("data-clauses").split()
    assert (first, mark.get("href")) == (str(PLACE), f"#c{PLACE}")
    assert others == sorted(others, key=int)
    assert int(others[0]) < PLACE


def test_both_sides_show_what_differs_from_an_exchange_that_passed() -> None:
    """The id and the status are marked, what is the same is not; the date is another each time."""
    page = page_of(broken(), BROKEN_TRAFFIC)
    request, reply = find(page, f"#f{PLACE} .pair figure")
    assert [mark.text for mark in find(request, "mark")] == ["2147483648"]
    assert find(reply, "mark")[0].text == "201"
    assert "exchange 3 of id.alias, which did not fail" in words(find(page, f"#f{PLACE} .way p")[0])


def test_a_field_that_only_the_passing_request_has_is_named() -> None:
    """A reader would look for the difference in vain: there is nothing to mark."""
    bare = exchange(
        replace(REQUEST, target=target_of("2147483648"), token=None), number=17, probe="id.over", response=answer(201)
    )
    page = page_of(broken(), traffic((exchange(number=3, probe="id.alias"), (ABOVE,)), (bare, (ABOVE,))))
    assert "which did not fail; this request lacks its X-Auth-Token" in words(find(page, f"#f{PLACE} .way p")[0])


def test_lines_to_be_copied_are_whole_or_not_there() -> None:
    """A line that had to be clipped or escaped would do something else in a shell."""
    shown = words(find(page_of(broken(reproduce={"id.over": "conformance run \u202e"})), f"#f{PLACE}"))
    assert "Send it again" not in shown
    found = replace(evidence(over()), curl="curl -sS " + "x" * 5_000)
    shown = words(find(page_of(broken(evidence={17: found})), f"#f{PLACE}"))
    assert 'The curl line is long: report.json has it, as "curl" of this failure.' in shown


def test_since_when_stands_under_the_verdict() -> None:
    """The failure that has lasted longest says it."""
    first, last = Time("staging-4", "2026-11-20T22:00:00Z"), Time("staging-3", "2026-11-19T22:00:00Z")
    run = broken(since={(ABOVE, None): Since(first, last, suite_changed=False)})
    expected = "fails since 2026-11-20 22:00 (staging-4), last passed 2026-11-19 22:00 (staging-3)"
    page = page_of(run)
    assert words(find(page, ".when")) == f"F{expected[1:]}"
    assert expected in words(find(page, f"#f{PLACE} dl"))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            record(no_verdict="https://codearts.example.test/base: connection refused", complete=False),
            "connection refused",
        ),
        (record(complete=False, interrupted=True), "the run was interrupted"),
        (record(untested={ABOVE: "nobody knows"}), f"1 must clause could not be tested: {ABOVE}"),
    ],
    ids=["unreachable", "interrupted", "a must clause without a verdict"],
)
def test_a_run_without_a_verdict_is_never_green(run: object, said: str) -> None:
    """It says so in its largest words, its title too, and the colour of passing is away."""
    page = page_of(run)  # type: ignore[arg-type]
    assert words(find(page, "#word")).startswith("No verdict: ")
    assert said in words(find(page, "#word"))
    assert find(page, "#verdict")[0].get("class") == "incomplete"
    assert find(page, "title")[0].text == "staging: no verdict"
    assert page.get("class") == "unsettled"


def test_an_untested_clause_has_its_reason() -> None:
    """The reason, and the clauses that it is the reason of."""
    shown = words(find(page_of(record(untested={ABOVE: "nobody knows"})), ".first section")[1])
    assert f"nobody knows: 1 clause {ABOVE}" in shown


def test_every_clause_has_its_row_in_the_order_of_the_document() -> None:
    """With its verdict in words, not by its colour alone."""
    page = page_of(broken())
    groups = [[int(row.get("data-place")) for row in find(group, "details")] for group in find(page, ".group")]
    assert sorted(place for group in groups for place in group) == list(range(len(CONTRACT.catalogue)))
    assert groups == sorted(map(sorted, groups))
    assert words(find(find(page, f"#c{PLACE}")[0], ".word")) == "failed"


def test_silent_behaviour_is_recorded_by_answer() -> None:
    """Probes that were answered alike stand together."""
    behaviour = tuple(
        Behaviour(f"id.{name}", 400, "CH.010001", "application/json", None) for name in ("plus-sign", "leading-zero")
    )
    har = traffic(
        *((exchange(probe=one.probe, number=at), ("path.repository_id.notation",)) for at, one in enumerate(behaviour))
    )
    [row] = [
        words(row)
        for row in find(page_of(record(behaviour=behaviour), har), "#recorded tbody tr")
        if "Other notations" in words(row)
    ]
    assert row == "Other notations of an integer 400 CH.010001 application/json id.plus-sign, id.leading-zero"


def test_one_more_kind_of_answers_is_singular() -> None:
    """Eight kinds are shown of each clause, and the others counted."""
    behaviour = tuple(Behaviour(f"id.{code}", code, None, None, None) for code in range(401, 410))
    har = traffic(
        *((exchange(probe=one.probe, number=at), ("path.repository_id.notation",)) for at, one in enumerate(behaviour))
    )
    assert "and 1 more kind of answers" in words(find(page_of(record(behaviour=behaviour), har), "#recorded"))


def test_nothing_is_fetched_and_only_its_own_script_runs() -> None:
    """The policy names the hashes of the one style and the one script; there is no other."""
    text = text_of(broken(), BROKEN_TRAFFIC)
    page = page_of(broken(), BROKEN_TRAFFIC)
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']")[0].get("content")
    for kind in ("style", "script"):
        [content] = re.findall(f"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not [name for one in page.iter() for name in one.attrib if name == "style" or name.startswith("on")]
    assert not [one for one in page.iter() if one.get("src") or one.tag in {"link", "img", "iframe"}]


def test_hostile_values_are_text() -> None:
    """Markup stays text; what would turn, hide or steer is escaped; what is very long is clipped, in every place."""
    long = HOSTILE + "x" * 2**20
    reply = answer(500, long.encode("utf-8", "surrogatepass"), (b"X-Evil", HOSTILE.encode("utf-8", "surrogatepass")))
    found = failed(ABOVE, "id.over", HOSTILE, accepted=(HOSTILE,), got=HOSTILE)
    har = traffic((over(response=reply), (ABOVE, "path.repository_id.notation")))
    har["log"]["entries"][0]["response"]["content"]["text"] = long
    har["log"]["entries"][0]["_conformance"]["target"] = long
    run = record(
        [found],
        target_name=HOSTILE,
        no_verdict=long,
        flaky=[long],
        behaviour=(Behaviour("id.over", 500, HOSTILE, long, HOSTILE),),
        reproduce={"id.over": long},
    )
    text = text_of(run, har)
    page = page_of(run, har)
    assert len(text) < 500_000
    assert len(find(page, "script")) == 2
    assert find(page, "img") == []
    assert "49" not in words(find(page, "#word"))
    data = json.loads(find(page, "#data")[0].text)
    shown = [
        *find(page, "body")[0].itertext(),
        *data["targets"],
        *(text for pair in data["texts"].values() for text in pair),
    ]
    unseen = {character for text in shown for character in text if not character.isprintable()}
    assert unseen <= {"\n", "\t"}
    assert "\\u202eevil" in words(find(page, f"#f{PLACE}"))


def test_five_thousand_exchanges_are_small() -> None:
    """All have a row, and under two megabytes are enough, whatever was answered."""
    reply = answer(400, b"x" * 3_000)
    har = traffic(
        *((exchange(response=reply, number=at, probe=f"property.of.many-{at}"), (ABOVE,)) for at in range(50))
    )
    entries = har["log"]["entries"]
    har["log"]["entries"] = [
        {
            **one,
            "_conformance": {**one["_conformance"], "number": turn * 50 + at, "target": f"/v4/{'y' * 80}/{turn}/{at}"},
        }
        for turn in range(100)
        for at, one in enumerate(entries)
    ]
    failures = [failed(ABOVE, f"property.of.many-{at}", f"no {at}", number=at) for at in range(50)]
    run = record(failures, reproduce={one.probe: "conformance run" for one in failures})
    assert len(text_of(run, har).encode()) < 2_000_000
    data = json.loads(find(page_of(run, har), "#data")[0].text)
    assert len(data["rows"]) == 5_000


def test_the_same_files_make_the_same_page() -> None:
    """Byte for byte."""
    assert text_of(broken(), BROKEN_TRAFFIC) == text_of(broken(), BROKEN_TRAFFIC)


def test_a_run_that_ended_at_once_has_a_page() -> None:
    """Without traffic there is no timing, and nothing is divided by it."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    page = page_of(record(started_at=at, finished_at=at, requests=0, no_verdict="refused", complete=False))
    assert find(page, "#timing") == []
    assert words(find(page, "#word")) == "No verdict: refused"


@pytest.mark.parametrize("pace", [{}, {"first_ms": 1.0}, {"last_ms": 2.0}, {"first_ms": 1.0, "last_ms": 2.0}])
def test_the_page_of_some_probes_alone(pace: dict[str, float]) -> None:
    """A run may have sent the first request, the last, both or neither."""
    page = page_of(record(pace=pace), traffic((exchange(), ())))
    assert ("at the start" in words(find(page, "#timing"))) is (len(pace) == 2)


TEXT = "Range\n\nTable 1 Parameters\n\nid\n\nYes, 1 to 9\n\n{\n  1\n}"


def passage(quote: str) -> Passage:
    """The place of a quote in the text."""
    found = passage_of(TEXT, "", quote)
    assert found is not None
    return found


def test_lines_between_empty_ones_are_a_block() -> None:
    """A line with the words of a section is a heading; brackets are code, whose lines stay together."""
    blocks = list(blocks_of(TEXT, ["Table 1"], {}))
    assert [(block.kind, block.line) for block in blocks] == [
        ("text", 1), ("heading", 3), ("text", 5), ("text", 7), ("code", 9),
    ]  # fmt: skip
    assert blocks[-1].lines == tuple((Piece(line, (), (), goes_on=False),) for line in ("{", "  1", "}"))


def test_a_sentence_over_several_lines_goes_on_in_each() -> None:
    """It begins once."""
    first, last = list(blocks_of(TEXT, [], {4: passage("id\n\nYes")}))[2:4]
    assert first == Block("text", 5, ((Piece("id", (4,), (4,), goes_on=False),),))
    assert last.lines == ((Piece("Yes", (4,), (), goes_on=True), Piece(", 1 to 9", (), (), goes_on=False)),)
    assert (first.begins, last.begins) == ((4,), ())


def test_sentences_may_share_a_passage_and_overlap() -> None:
    """Each piece has all the clauses that hold it."""
    found = {0: passage("Yes, 1"), 1: passage("1 to 9"), 2: passage("1 to 9")}
    [line] = list(blocks_of(TEXT, [], found))[3].lines
    assert [(piece.text, piece.clauses, piece.begins) for piece in line] == [
        ("Yes, ", (0,), (0,)), ("1", (0, 1, 2), (1, 2)), (" to 9", (1, 2), ()),
    ]  # fmt: skip
