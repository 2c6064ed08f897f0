"""The summary in Markdown, and what hostile values cannot do in it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from conformance.contract.clause import Edition, Level
from conformance.judge.summary import GatePolicy
from conformance.report.formats.summary import COLOURS
from tests.report.builders import CATALOGUE, failed, record
from tests.report.formats.material import HOSTILE, MUST, PROBE, RECORDS, SHOULD, VERDICTS, text

LARGEST = 1024 * 1024  # bytes of a step's summary, by GitHub's limit
OURS = {"heading", "paragraph", "inline", "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item"}


@pytest.mark.parametrize(("case", "verdict"), VERDICTS.items())
def test_the_verdict_comes_first(case: str, verdict: str) -> None:
    """In words, with its reason; only one that holds has a green mark."""
    first = text("summary", case).splitlines()[0]
    mark = {"conformant": "✅", "partial": "⚠️", "no verdict": "❔"}.get(verdict, "❌")
    assert first.startswith(f"## {mark} {verdict.capitalize()}: ")


def test_a_failure_has_its_sentence_and_the_line_to_repeat_it() -> None:
    """Level, place in the document, since when, what was expected, and what came."""
    said = text("summary", "non-conformant")
    quote = " ".join(CATALOGUE[MUST].quote.split())
    assert f"must `{MUST}`, line " in said
    assert f"\n> {quote}\n\nfails since 2026-11-20 02:00 (r2), last passed 2026-11-19" in said
    assert (
        f"- `{PROBE}`: answered 500 instead of 401\n  - expected: `401`\n  - got: `500, answered by the service`"
        in said
    )
    assert f"  ```sh\n  conformance run staging --seed 1 --probe {PROBE}\n  ```" in said
    assert "(answered by the gateway)" in said
    assert said.index(MUST) < said.index(f"`{SHOULD}`"), "what gates comes first"


def test_a_clause_that_only_informs_is_a_warning_and_says_why() -> None:
    """By the edition, which the clause is not in: neither an error nor without a word."""
    edition = Edition("1.0", {clause.id: Level.SILENT for clause in CATALOGUE}, {MUST: "not in edition 1.0"})
    of = record([failed(MUST)], asked=GatePolicy(edition=edition))
    assert f"{CATALOGUE[MUST].title} (not in edition 1\\.0)" in text("summary", of).replace("1.0", "1\\.0")
    assert text("annotations", of).startswith("::warning file=")
    assert '"level": "warning",\n          "kind": "fail"' in text("sarif", of)


def test_an_untested_clause_has_its_reason() -> None:
    """One line for each reason."""
    assert f"### Not tested\n\n- no answer: `{MUST}`\n" in text("summary", "incomplete")


def test_a_stale_baseline_names_its_entries() -> None:
    """With what to do about each."""
    assert f"- `{MUST}`, `{PROBE}`: no longer fails: remove it from the baseline" in text("summary", "stale")


def test_nothing_that_a_target_says_is_markup() -> None:
    """Neither HTML nor a link, an image, a heading or another list; and no line begins in it."""
    said = text("summary", "hostile")
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(said)
    kinds = {token.type.rpartition("_")[0] if token.nesting else token.type for token in tokens}
    assert kinds <= OURS | {"blockquote", "fence"}
    inner = {one.type for token in tokens for one in token.children or ()}
    assert inner <= {"text", "code_inline", "softbreak", "text_special"}
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h2", "h3", "h4", "h3"]
    assert not any(line.lstrip().startswith(("::", "##[")) for line in said.splitlines())
    assert all(character.isprintable() or character == "\n" for character in said)


@pytest.mark.parametrize("words", ["https://evil.example", "see www.evil.example", "@team, look"])
def test_words_that_github_would_link_are_code(words: str) -> None:
    """A mention or an address in an answer becomes no link."""
    assert f": `{words}`\n" in text("summary", record([failed(MUST, message=words)]))


def test_a_summary_of_very_much_is_short() -> None:
    """It fits GitHub's limit with every clause failing and long values."""
    verdicts = [
        failed(clause.id, f"probe-{number}", message=HOSTILE[:5000], accepted=(HOSTILE[:5000],))
        for clause in CATALOGUE
        if clause.level != "silent"
        for number in range(30)
    ]
    said = text("summary", record(verdicts))
    assert len(said.encode()) < LARGEST / 2
    assert "more clauses: `" in said
    assert "and 27 more probes: `probe-3`" in said


def test_a_record_without_a_failure_has_no_section_for_it() -> None:
    """Verdict and counts are all."""
    assert "###" not in text("summary", "conformant")
    assert len(RECORDS["conformant"].summary.clauses) == len(CATALOGUE)


@pytest.mark.parametrize(("case", "verdict"), VERDICTS.items())
def test_it_shows_the_verdict_and_nothing_of_the_target(case: str, verdict: str) -> None:
    """In the colour of the verdict; only one that holds is green, and none at all is grey."""
    shown = ET.fromstring(text("badge", case))  # noqa: S314 - made by this suite
    told = json.loads(text("shields", case))
    assert shown.get("aria-label") == f"conformance: {verdict}"
    assert told == {"schemaVersion": 1, "label": "conformance", "message": verdict, "color": COLOURS[verdict][1:]}
    assert COLOURS[verdict] in [one.get("fill") for one in shown.iter()]
    assert (COLOURS[verdict] == "#1a7f37") is (verdict == "conformant")
    assert (COLOURS[verdict] == "#59636e") is (verdict == "no verdict")


@pytest.mark.parametrize("colour", [*COLOURS.values(), "#3d444d"])
def test_white_words_can_be_read_on_it(colour: str) -> None:
    """A contrast of 4.5 (WCAG 2.2, 1.4.3)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_probes_that_were_withheld_are_named() -> None:
    """A clause that passed by its other probes was not tested by these."""
    shown = text("summary", record(withheld={MUST: dict.fromkeys(("id.star", "id.9.valid-token"), "mutation = …")}))
    assert "### Not tested\n\n- 2 probes withheld: `id.9.valid-token`, `id.star`\n" in shown
