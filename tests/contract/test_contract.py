"""The contract answers what a value breaks of a schema of spec/openapi.yaml."""

from __future__ import annotations

import hashlib

import pytest

from conformance.contract.contract import Contract
from conformance.contract.strictjson import resolve
from conformance.spec import load_contract, spec_directory

CONTRACT = load_contract()
ERROR = CONTRACT.operation.responses[401].schema or {}
MIRROR = CONTRACT.operation.responses[201].schema or {}
EXAMPLE = resolve(
    CONTRACT.openapi,
    "#/paths/~1v4~1repositories~1{repository_id}~1remote-mirror~1associate/post/responses/201/content"
    "/application~1json/examples/associated/value",
)


def test_the_hashes_are_of_the_files() -> None:
    """Each hash is SHA-256 of the file's bytes."""
    for name, digest in (("openapi.yaml", CONTRACT.openapi_sha256), ("clauses.yaml", CONTRACT.clauses_sha256)):
        assert hashlib.sha256((spec_directory() / name).read_bytes()).hexdigest() == digest


def test_what_was_asked_is_no_part_of_a_contract() -> None:
    """A schema is prepared once, and is not shown."""
    used = Contract(CONTRACT.catalogue, CONTRACT.operation, CONTRACT.openapi, "a", "b", "text")
    assert used.type_errors(ERROR, {})
    (prepared,) = used._validators.values()
    assert used.type_errors(ERROR, [])
    assert prepared is not None
    assert next(iter(used._validators.values())) is prepared
    assert "_validators" not in repr(used)


def test_the_contract_is_read_once() -> None:
    """Two callers have the same contract."""
    assert load_contract() is CONTRACT


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param({"error_code": "a", "error_msg": "b"}, 0, id="the envelope"),
        pytest.param({"error_code": "a", "error_msg": "b", "request_id": 1}, 0, id="the envelope and more"),
        pytest.param({"error_code": 1, "error_msg": "b"}, 1, id="a code that is a number"),
        pytest.param({"error_code": "a", "error_msg": None}, 1, id="a message that is null"),
        pytest.param({"error_code": "a"}, 1, id="no message"),
        pytest.param({}, 2, id="an empty object"),
        pytest.param([], 1, id="an array"),
    ],
)
def test_type_errors_are_counted_once_each(value: object, number: int) -> None:
    """Each break of the schema is one sentence."""
    assert len(CONTRACT.type_errors(ERROR, value)) == number


def test_the_example_keeps_its_schema() -> None:
    """The document's example of a 201 breaks nothing, formats included."""
    assert CONTRACT.type_errors(MIRROR, EXAMPLE) == ()
    assert CONTRACT.format_errors(MIRROR, EXAMPLE) == ()


@pytest.mark.parametrize(
    ("date", "number"),
    [
        pytest.param("2025-04-24T20:04:44.000+08:00", 0, id="the example's"),
        pytest.param("2024-02-29T00:00:00Z", 0, id="a leap day"),
        pytest.param("2025-02-29T00:00:00Z", 1, id="no leap day"),
        pytest.param("2025-04-24T20:04:44", 1, id="without an offset"),
        pytest.param("2025-04-24", 1, id="without a time"),
        pytest.param("yesterday", 1, id="a word"),
    ],
)
def test_formats_are_told_from_types(date: str, number: int) -> None:
    """A string that is no date breaks the format and not the type."""
    value = {**EXAMPLE, "last_update_at": date}
    assert CONTRACT.type_errors(MIRROR, value) == ()
    assert len(CONTRACT.format_errors(MIRROR, value)) == number


def test_a_wrong_type_breaks_no_format() -> None:
    """A number where a date belongs breaks the type, once, and not the format."""
    value = {**EXAMPLE, "last_update_at": 1}
    assert len(CONTRACT.type_errors(MIRROR, value)) == 1
    assert CONTRACT.format_errors(MIRROR, value) == ()


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        pytest.param("#", {"a/b": [{"~": 1}], "": 2}, id="the document"),
        pytest.param("#/a~1b", [{"~": 1}], id="a slash in a name"),
        pytest.param("#/a~1b/0/~0", 1, id="an element, and a tilde in a name"),
        pytest.param("#/", 2, id="the empty name"),
    ],
)
def test_pointers_are_followed(pointer: str, value: object) -> None:
    """A pointer in fragment form leads to what stands there (RFC 6901 section 6)."""
    assert resolve({"a/b": [{"~": 1}], "": 2}, pointer) == value


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
