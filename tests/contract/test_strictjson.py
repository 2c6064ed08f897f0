"""JSON is read as RFC 8259 has it, from any bytes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract.strictjson import JsonText, read_json, resolve, same_value

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def _nested(levels: int) -> object:
    """An array of an empty string and the next, so many levels deep; the last holds 1."""
    value: object = 1
    for _ in range(levels):
        value = ["", value]
    return value


@given(JSON)
def test_what_json_writes_is_read_back(value: object) -> None:
    """Any value that the standard library writes is read as the same value, without defect or duplicates."""
    assert read_json(json.dumps(value).encode()) == JsonText(value=value)


@given(JSON)
def test_utf_8_is_read_as_well_as_escapes(value: object) -> None:
    """Characters over 127 stand as UTF-8 or as escapes; a lone surrogate can only be an escape."""
    written = json.dumps(value, ensure_ascii=False)
    text = read_json(written.encode("utf-8", "surrogatepass"))
    if any("\ud800" <= character <= "\udfff" for character in written):
        assert text.defect is not None
    else:
        assert text == JsonText(value=value)


@given(st.binary())
def test_any_bytes_are_read_without_an_error(raw: bytes) -> None:
    """Bytes are a value or have a defect, never both, and nothing is raised."""
    text = read_json(raw)
    assert text.defect is None or text.value is None
    assert text.defect is None or text.defect


@given(st.text(alphabet='{}[]":,0123456789.eE+-truefalsnNaIity\\u \t\n'))
def test_nearly_json_is_read_without_an_error(text: str) -> None:
    """Text of JSON's own characters raises nothing; what is read, the standard library reads the same."""
    read = read_json(text.encode())
    if read.defect is None:
        assert repr(json.loads(text)) == repr(read.value)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \r\n\t", "empty", id="white space"),
        pytest.param(b"\xef\xbb\xbf{}", "byte order mark", id="a UTF-8 byte order mark"),
        pytest.param("{}".encode("utf-16"), "byte order mark", id="UTF-16 with a byte order mark"),
        pytest.param("\ufeff{}".encode("utf-16-be"), "byte order mark", id="big-endian UTF-16 with a byte order mark"),
        pytest.param(b'"\xff"', "not UTF-8 (byte 1)", id="a byte that is not UTF-8"),
        pytest.param(b'"\xc0\xaf"', "not UTF-8 (byte 1)", id="overlong UTF-8"),
        pytest.param(b'"\xed\xa0\x80"', "not UTF-8 (byte 1)", id="a surrogate in UTF-8"),
        pytest.param(b"[NaN]", "NaN", id="NaN"),
        pytest.param(b"[-Infinity]", "-Infinity", id="minus infinity"),
        pytest.param(b"{} x", "Extra data", id="something after the value"),
        pytest.param(b"{}{}", "Extra data", id="two values"),
        pytest.param(b"{}\x00", "Extra data", id="NUL after the value"),
        pytest.param(b'{"a": 1,}', "line 1, column", id="a trailing comma"),
        pytest.param(b"{'a': 1}", "double quotes", id="single quotation marks"),
        pytest.param(b'"\x01"', "control character", id="a raw control character in a string"),
        pytest.param(b"01", "Extra data", id="a leading zero"),
        pytest.param(b"+1", "Expecting value", id="a plus sign"),
        pytest.param(b".5", "Expecting value", id="a number without its integer part"),
        pytest.param("\uff11".encode(), "Expecting value", id="a full-width digit"),
        pytest.param(b"\xc2\xa0{}", "Expecting value", id="a no-break space before the value"),
        pytest.param(b"True", "Expecting value", id="true in Python's spelling"),
        pytest.param(b"[" * 100_000, "500 levels", id="100,000 opening brackets"),
        pytest.param(b'{"a":' * 100_000, "500 levels", id="100,000 opening braces"),
        pytest.param(b"[" * 501 + b"]" * 501, "500 levels", id="501 levels (one over)"),
        pytest.param(
            b'"' + b'\\"[' * 300_000, "Unterminated string", id="a string of 300,000 brackets without its end"
        ),
        pytest.param(b'{"a":' * 501 + b"1" + b"}" * 501, "500 levels", id="501 levels of objects (one over)"),
        pytest.param(b"[0" + b",[],{}" * 500 + b"," + b"[" * 500 + b"]" * 501, "500 levels", id="501 levels and more"),
        pytest.param(
            b'"\\\n' + b"[" * 600 + b'"', "Invalid \\escape", id="600 brackets in a string after a bad escape"
        ),
        pytest.param(b"\x0b", "Expecting value", id="a vertical tab"),
        pytest.param(b"X", "Expecting value", id="a letter"),
        pytest.param(b"1" * 4001, "4,000 digits", id="a number of 4,001 digits (one over)"),
    ],
)
def test_defects_are_named(raw: bytes, words: str) -> None:
    """A text that is no JSON text of RFC 8259 has a named defect, and no value."""
    text = read_json(raw)
    assert text.value is None
    assert text.defect is not None
    assert words in text.defect


@pytest.mark.parametrize(
    ("raw", "unread"),
    [
        pytest.param(b"[" * 501 + b"]" * 501, True, id="501 levels"),
        pytest.param(b'{"a":' * 501 + b"1" + b"}" * 501, True, id="501 levels of objects"),
        pytest.param(b"1" * 4001, True, id="4,001 digits"),
        pytest.param(b"[" * 501 + b"]" * 500, False, id="501 levels, one of which is not closed"),
        pytest.param(b"[1,]", False, id="a comma too many"),
    ],
)
def test_what_this_reader_does_not_read_may_be_json(raw: bytes, *, unread: bool) -> None:
    """RFC 8259 section 9 allows a reader its limits; what is over them is not called wrong where its brackets close."""
    assert read_json(raw).unread is unread


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        pytest.param(b" \r\n\t{} \r\n\t", {}, id="white space around"),
        pytest.param(b"null", None, id="null"),
        pytest.param(b"1e400", float("inf"), id="a number that no float64 holds"),
        pytest.param(b"-0", 0, id="minus zero"),
        pytest.param(b'"\\ud800"', "\ud800", id="a lone surrogate as an escape"),
        pytest.param(b'"\xef\xbb\xbf"', "\ufeff", id="a byte order mark inside a string"),
        pytest.param(b"[[]" + b",[]" * 1000 + b"]", [[]] * 1001, id="1,001 brackets side by side"),
        pytest.param(b"[{}" + b",{}" * 1000 + b"]", [{}] * 1001, id="1,001 braces side by side"),
        pytest.param(b'["", ' * 499 + b"1" + b"]" * 499, _nested(499), id="499 levels, and as many strings"),
        pytest.param(b'["' + b"[" * 1000 + b'"]', ["[" * 1000], id="1,000 brackets in a string"),
        pytest.param(b"9" * 4000, int("9" * 4000), id="a number of 4,000 digits (the most)"),
    ],
)
def test_odd_texts_of_rfc_8259_are_read(raw: bytes, value: object) -> None:
    """A text that the grammar allows has no defect, however odd."""
    assert read_json(raw) == JsonText(value=value)


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        pytest.param(b'{"a": 1, "b": 2}', (), id="none"),
        pytest.param(b'{"a": 1, "a": 1}', ("a",), id="one name twice"),
        pytest.param(b'{"a": 1, "a": 2, "a": 3}', ("a",), id="one name three times"),
        pytest.param(b'{"a": 1, "b": 2, "b": 3, "a": 4}', ("a", "b"), id="two names twice"),
        pytest.param(b'{"\\u0061": 1, "a": 2}', ("a",), id="the same name, once escaped"),
        pytest.param(b'[{"a": {"b": 1, "b": 2}}]', ("b",), id="inside another value"),
        pytest.param(b'{"a": {"b": 1}, "c": {"b": 1}}', (), id="the same name in two objects"),
    ],
)
def test_members_that_stand_twice_are_named(raw: bytes, names: tuple[str, ...]) -> None:
    """A name that an object has more than once is told, once; the last value counts."""
    text = read_json(raw)
    assert text.defect is None
    assert text.duplicates == names


def test_500_levels_are_read() -> None:
    """A value 500 levels deep (the most) is read."""
    assert read_json(b"[" * 500 + b"]" * 500).defect is None
    assert read_json(b"[" * 500 + b"]" * 499 + b",[]" * 10 + b"]").defect is None
    assert read_json(b"[" + b'{"a":' * 499 + b"1" + b"}" * 499 + b",{}" * 10 + b"]").defect is None


def test_many_members_cost_no_more_than_their_number() -> None:
    """In an object of 500,000 members, one of them twice, each is not compared with each, which would take an hour."""
    raw = b'{"a":0,' + b",".join(b'"%d":0' % number for number in range(500_000)) + b',"a":1}'
    reading = "from conformance.contract.strictjson import read_json; read = read_json(sys.stdin.buffer.read())"
    script = f"import sys; {reading}; print(read.duplicates)"
    done = subprocess.run([sys.executable, "-c", script], input=raw, stdout=subprocess.PIPE, check=True, timeout=300)
    assert done.stdout == b"('a',)\n"


def test_members_of_the_outermost_object_are_kept_where_one_stands_twice() -> None:
    """As they were written; nothing is kept where each stands once, or where only an inner object has one twice."""
    assert read_json(b'{"a": 1, "b": {"c": 2}, "a": 3}').members == (("a", 1), ("b", {"c": 2}), ("a", 3))
    for once in (
        b'{"a": 1, "b": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'[{"a": 1, "a": 2}]',
        b"{}",
        b"1",
        b'{"a": 1, "a": 2',
    ):
        assert read_json(once).members == (), once


@pytest.mark.parametrize(
    ("size", "kept"), [pytest.param(65_536, True, id="65,536"), pytest.param(65_537, False, id="one more")]
)
def test_only_short_texts_are_remembered(size: int, *, kept: bool) -> None:
    """Of long ones a target may send many, and they are read again."""
    raw = b'"' + b"x" * (size - 2) + b'"'
    assert read_json(raw) == read_json(raw) == JsonText("x" * (size - 2))
    assert (read_json(raw) is read_json(raw)) is kept


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        pytest.param("#", {"a/b": [{"~": 1}], "": 2, "0": 3, "~1": 4}, id="the document"),
        pytest.param("#/a~1b", [{"~": 1}], id="a slash in a name"),
        pytest.param("#/a~1b/0/~0", 1, id="an element, and a tilde in a name"),
        pytest.param("#/", 2, id="the empty name"),
        pytest.param("#/0", 3, id="a member called 0"),
        pytest.param("#/~01", 4, id="a tilde and 1"),
    ],
)
def test_pointers_are_followed(pointer: str, value: object) -> None:
    """A pointer in fragment form leads to what stands there (RFC 6901 section 6)."""
    assert resolve({"a/b": [{"~": 1}], "": 2, "0": 3, "~1": 4}, pointer) == value


@pytest.mark.parametrize(
    "pointer",
    [
        pytest.param("#/b", id="no such member"),
        pytest.param("#/a/2", id="no such element"),
        pytest.param("#/a/x", id="a word as an index"),
        pytest.param("#/a/0/b", id="a member of a number"),
    ],
)
def test_a_pointer_to_nothing_is_a_key_error(pointer: str) -> None:
    """The error of a pointer to nothing names the pointer."""
    with pytest.raises(KeyError, match=pointer):
        resolve({"a": [1, 2]}, pointer)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True), (True, True, True), (None, None, True), ("a", "a", True), ([], [], True), ({}, {}, True),
        ([1, {"a": [2]}], [1.0, {"a": [2.0]}], True), ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        (1, True, False), (0, False, False), (1, "1", False), (None, False, False), ([1], [True], False),
        ({"a": 0}, {"a": False}, False), ([1, 2], [2, 1], False), ([1], [1, 1], False), ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": 1, "b": 1}, False), ([], {}, False), ([1, True], [1, 1], False), ([True, 1], [1, 1], False),
    ],
)  # fmt: skip
def test_values_are_equal_as_json_has_them(one: object, other: object, *, same: bool) -> None:
    """1 and 1.0 are one number, and true is none; members have no order, elements have one."""
    assert same_value(one, other) is same_value(other, one) is same
    assert same_value([{"a": one}], [{"a": other}]) is same


def test_deep_values_are_compared() -> None:
    """As deep as they are read."""
    one, other = (read_json(b'{"a":' * 500 + end + b"}" * 500).value for end in (b"1", b"true"))
    assert same_value(one, one)
    assert not same_value(one, other)
