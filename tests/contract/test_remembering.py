"""Functions that remember: the last answers, and none to a long argument."""

from __future__ import annotations

import pytest

from conformance.contract.remembering import remembering


@pytest.mark.parametrize(
    ("most", "longest", "reached"),
    [
        pytest.param(9, 3, ["a", "bb", "ccc", "a"], id="all of them"),
        pytest.param(9, 2, ["a", "bb", "ccc", "ccc", "a"], id="none that is too long"),
        pytest.param(1, 3, ["a", "bb", "a", "ccc", "a"], id="the last one"),
    ],
)
def test_an_answer_is_remembered(most: int, longest: int, reached: list[str]) -> None:
    """With the other arguments, as often as there is room, and up to the length."""
    seen: list[str] = []

    def shout(text: str, times: int = 1, *, mark: str = "!") -> str:
        seen.append(text)
        return text.upper() * times + mark

    ask = remembering(shout, most, len, longest)
    asked = ["a", "a", "bb", "bb", "a", "ccc", "ccc"]
    assert [ask(text) for text in asked] == [f"{text.upper()}!" for text in asked]
    assert ask("a", mark="?") == "A?"
    assert seen == reached
    assert ask("zz", 2, mark="?") == "ZZZZ?"


@pytest.mark.parametrize(
    ("size", "times"), [pytest.param(65_536, 1, id="65,536"), pytest.param(65_537, 2, id="one more")]
)
def test_without_a_length_of_its_own_it_is_65_536(size: int, times: int) -> None:
    """A longer text is read each time, and kept nowhere."""
    reached: list[int] = []

    def read(text: bytes) -> bytes:
        reached.append(len(text))
        return text

    ask = remembering(read, 4, len)
    assert ask(b"x" * size) == ask(b"x" * size)
    assert reached == [size] * times
