"""Checks of single values that their callers cannot show."""

from __future__ import annotations

import pytest

from conformance.config import checks
from conformance.config.mistakes import Wrong


@pytest.mark.parametrize(
    "name",
    ["X-Auth-Token", "HOST", "content-length", "Transfer-Encoding", "Content-Type", "Accept", "Connection", "Expect"],
)
def test_headers_of_the_suite_are_refused(name: str) -> None:
    """A header that the suite sets itself is refused in any case."""
    with pytest.raises(Wrong, match="is set by the suite itself"):
        checks.headers({name: "x"})


@pytest.mark.parametrize("value", ["x", "a b\tc", "env:NAME", "~!"])
def test_header_values_are_ascii_on_one_line(value: str) -> None:
    """A header's value is visible ASCII with blanks inside, or a reference."""
    assert checks.headers({"X-A": value}) == {"X-A": value}


@pytest.mark.parametrize(("highest", "key"), [(100_000, "100000"), (2_147_483_647, "2147483647"), (5, "1"), (5, 5)])
def test_numbered_keys_become_numbers(highest: int, key: object) -> None:
    """A key from 1 to the highest allowed number becomes that number."""
    assert checks.by_number(highest, "length")({key: "x"}) == {int(str(key)): "x"}
