"""Programs that tests call."""

from __future__ import annotations

import pytest

from tests.tools import program


def test_a_program_that_is_missing_fails_its_test() -> None:
    """The failure names the program and how it is installed; one that is there is found by its second name too."""
    assert program("no-such-program", "sh", install="").endswith("/sh")
    with pytest.raises(pytest.fail.Exception, match=r"needs no-such-program: apt-get install it"):
        program("no-such-program", install="apt-get install it")
