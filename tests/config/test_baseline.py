"""The baseline: read strictly, written so that hands may go on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from conformance.config.baseline import Accepted, add_entries, read_baseline, with_entries
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 30)
ENTRY = Accepted(
    clause="path.repository_id.above-maximum",
    probe="id.alias.2^32",
    reason='the gateway reads "32 bits"',
    ticket="MIRROR-1",
    owner="platform",
    expires=date(2027, 1, 31),
)
TEXT = """\
[[accepted]]
clause = "path.repository_id.above-maximum"
probe = "id.alias.2^32"
reason = "the gateway reads \\"32 bits\\""
ticket = "MIRROR-1"
owner = "platform"
expires = 2027-01-31
"""


def _read(directory: Path, text: str) -> tuple[Accepted, ...]:
    path = directory / "baseline.toml"
    path.write_text(text, encoding="utf-8")
    return read_baseline(path).entries


def test_an_entry_is_written_and_read(tmp_path: Path) -> None:
    """Ready to paste, and the same again."""
    assert with_entries("", [ENTRY]) == TEXT
    assert _read(tmp_path, TEXT) == (ENTRY,)
    short = Accepted(clause="a", probe="b", reason="c")
    assert _read(tmp_path, with_entries("", [short])) == (short,)


def test_comments_and_order_stay(tmp_path: Path) -> None:
    """A new entry stands at the end."""
    text = f"# Ask before you add to this.\n\n{TEXT}# until the end of the year\n"
    other = Accepted(clause="status.documented", probe="id.zero", reason="new")
    longer = with_entries(text, [other])
    assert longer.startswith(text.rstrip("\n"))
    assert _read(tmp_path, longer) == (ENTRY, other)


@pytest.mark.parametrize("expires", [date(2027, 6, 1), None])
def test_an_expired_entry_is_extended(tmp_path: Path, expires: date | None) -> None:
    """With the reason and the day given; comments, its ticket and the entries that have not expired stay."""
    path = tmp_path / "baseline.toml"
    old = Accepted(clause="a", probe="b", reason="old", ticket="T-1", expires=date(2026, 11, 29))
    kept = Accepted(clause="a", probe="c", reason="kept", expires=DAY)
    text = with_entries("", [old, kept]).replace("2026-11-29", "2026-11-29  # a hand wrote this")
    path.write_text(f"# Ask first.\n\n{text}", encoding="utf-8")
    new = [Accepted(clause="a", probe=probe, reason="new", owner="they", expires=expires) for probe in "bcd"]
    assert add_entries(path, new, DAY) == (1, 1)
    extended = Accepted(clause="a", probe="b", reason="new", ticket="T-1", owner="they", expires=expires)
    assert read_baseline(path).entries == (extended, kept, new[2])
    after = path.read_text(encoding="utf-8")
    assert after.startswith("# Ask first.\n")
    assert expires is None or 'owner = "they"\nticket = "T-1"\nexpires = 2027-06-01  # a hand wrote this' in after
    assert add_entries(path, new, DAY) == (0, 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("indent", ["", "  "])
def test_lines_of_a_hand_stay_where_an_entry_is_extended(indent: str, end: str) -> None:
    """Those above, beside and below it; a new key stands behind the reason, as far in as that."""
    old = [
        "# above", "[[accepted]]  # beside it", 'clause = "a"', "# within", 'probe = "b"', "expires = 2026-11-29",
        'reason = "old"  # beside',
    ]  # fmt: skip
    new = [*old[:-2], "expires = 2027-06-01", 'reason = "new"  # beside', 'ticket = "T"', 'owner = "they"']
    rest = ["", "# below", "[[accepted]]", 'clause = "c"', 'probe = "d"', 'reason = "e"']
    entry = Accepted(clause="a", probe="b", reason="new", ticket="T", owner="they", expires=date(2027, 6, 1))
    for tail in ([], rest):
        before, after = (indent + f"\n{indent}".join([*lines, *tail]) for lines in (old, new))
        if end == "\r\n":
            before = before.replace("\n", end)
        said = with_entries(before + end, [], [entry])
        assert said.replace("\r\n", "\n").rstrip("\n") == after


def test_a_file_is_added_to_or_left_as_it_is(tmp_path: Path) -> None:
    """Existing lines stay, line ends too; a file that cannot be added to is one line, and stays whole."""
    path = tmp_path / "baseline.toml"
    assert add_entries(path, [ENTRY], DAY) == (1, 0)
    assert add_entries(path, [ENTRY], DAY) == (0, 0)
    other = Accepted(clause="status.documented", probe="id.zero", reason="new")
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert add_entries(path, [other], DAY) == (1, 0)
    assert path.read_bytes().startswith(b"[[accepted]]\r\n")
    assert read_baseline(path).entries == (ENTRY, other)
    inline = 'accepted = [{clause = "a", probe = "b", reason = "c"}]\n'
    path.write_text(inline)
    with pytest.raises(UsageError, match="is an inline list; write each entry as a table"):
        add_entries(path, [other], DAY)
    assert path.read_text() == inline
    with pytest.raises(UsageError, match="cannot be written"):
        add_entries(tmp_path / "nowhere" / "baseline.toml", [other], DAY)


def test_the_last_day_counts() -> None:
    """It is accepted on that day, and no more on the next; without one for ever."""
    assert [ENTRY.expired(date(2027, *day)) for day in ((1, 30), (1, 31), (2, 1))] == [False, False, True]
    assert not Accepted(clause="a", probe="b", reason="c").expired(date(9999, 12, 31))


def test_a_file_without_entries_accepts_nothing(tmp_path: Path) -> None:
    """It is a baseline all the same."""
    assert _read(tmp_path, "# nothing yet\n") == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TEXT.replace("reason", "#"), 'accepted entry 1: has no reason; give reason = "…"'),
        (TEXT.replace('"MIRROR-1"', "1"), 'accepted entry 1: ticket: must be a text; write ticket = "…"'),
        (TEXT.replace('"platform"', '" "'), 'accepted entry 1: owner: is empty; write owner = "…"'),
        (TEXT.replace("ticket", "tikcet"), 'accepted entry 1: unknown key "tikcet"; did you mean "ticket"?'),
        (
            TEXT.replace("2027-01-31", '"soon"'),
            "accepted entry 1: expires: must be a date; write a day, as in 2027-01-31",
        ),
        (TEXT * 2, "accepted entry 2: stands there twice; remove one of the two"),
        ("accepted = 1\n", "accepted: must be a list of tables, not 1; write [[accepted]]"),
        ("accepted = [1]\n", "accepted entry 1: must be a table; write [[accepted]]"),
        ('acepted = "x"\n', 'unknown key "acepted"; did you mean "accepted"?'),
        ("[[accepted\n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, text: str, line: str) -> None:
    """It names the mistake, its place and the way to fix it."""
    with pytest.raises(UsageError) as caught:
        _read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'baseline.toml'}: {line}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """With the command that makes one."""
    with pytest.raises(UsageError, match=r"cannot be read .* `conformance baseline accept REPORT`"):
        read_baseline(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("clauses", "probes", "words"),
    [
        ({"status.documented"}, {ENTRY.probe}, 'clause: there is no clause "path.repository_id.above-maximum"'),
        ({ENTRY.clause}, {"id.alias.2^64"}, 'probe: there is no probe "id.alias.2^32"; did you mean "id.alias.2^64"?'),
    ],
)
def test_an_entry_names_a_clause_and_a_probe(tmp_path: Path, clauses: set[str], probes: set[str], words: str) -> None:
    """Those of the suite that reads it."""
    path = tmp_path / "baseline.toml"
    path.write_text(TEXT)
    read_baseline(path).check({ENTRY.clause}, {ENTRY.probe})
    with pytest.raises(UsageError) as caught:
        read_baseline(path).check(clauses, probes)
    assert words in str(caught.value)
