"""Ids and globs choose what is explained."""

from __future__ import annotations

import pytest

from conformance.exceptions import UsageError
from conformance.explain.catalogue import select_ids

KNOWN = ("status.401.a", "status.401.b", "status.403", "id.[x]")


def test_each_is_found_once_in_the_order_of_the_words() -> None:
    """A glob gives the known ids in their own order."""
    assert select_ids(["status.403", "status.*"], KNOWN, "clause") == ["status.403", "status.401.a", "status.401.b"]


def test_an_id_is_no_glob() -> None:
    """An id with signs of a glob in it is found as it is."""
    assert select_ids(["id.[x]"], KNOWN, "probe") == ["id.[x]"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "status.404",
            r"status\.404: no clause has this id .*; did you mean status\.403, status\.401\.b, ",
        ),
        ("zz*", r"zz\*: no clause .*; `conformance clauses` lists the clauses"),
        ("a\nb", r"a\\nb: no clause"),
    ],
)
def test_a_word_that_matches_nothing_is_an_error_in_one_line(word: str, said: str) -> None:
    """It names the nearest ids, where any is near."""
    with pytest.raises(UsageError, match=said) as error:
        select_ids([word], KNOWN, "clause")
    assert "\n" not in str(error.value)
