"""Edits of a page: what they make of it, how many lines they count, and where its lines are then."""

import pytest

from conformance.errata.edits import added, amended, diff, moved, replaced, size

PAGE = "one\n\ntwo\n\nthree"


def test_lines_are_replaced_and_added_in_their_places() -> None:
    """Edits are by the lines of the page before, whatever others do to it."""
    assert amended(PAGE, [added(3, "new"), replaced(1, "eins")]) == "eins\n\ntwo\n\nnew\n\nthree"


def test_empty_lines_between_cells_do_not_count() -> None:
    """A status with its reason is two lines; a line that becomes another is one."""
    assert size([added(3, "400", "Bad Request")]) == 2
    assert size([replaced(1, "eins")]) == 1


@pytest.mark.parametrize(("line", "after"), [(1, 1), (3, 3), (5, 7)])
def test_a_line_moves_by_what_is_added_above_it(line: int, after: int) -> None:
    """Lines below the addition are two further down."""
    assert moved(line, [added(3, "new")]) == after


def test_the_diff_is_one_that_patch_takes() -> None:
    """It names both sides of the file and shows the lines around."""
    assert diff(PAGE, [replaced(3, "zwei")], "page.txt") == [
        "--- a/page.txt", "+++ b/page.txt", "@@ -1,5 +1,5 @@", " one", " ", "-two", "+zwei", " ", " three",
    ]  # fmt: skip
