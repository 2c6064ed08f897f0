"""Fixtures that the tests of the configuration share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.exceptions import UsageError
from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.contract.contract import Contract


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Return a function that calls something which must fail, and returns the message of the UsageError.

    The message must be one line. Every secret in these tests contains "hush", and no message may.
    """

    def call(function: Callable[..., object], *args: object, **kwargs: object) -> str:
        with pytest.raises(UsageError) as caught:
            function(*args, **kwargs)
        message = str(caught.value)
        assert message.splitlines() == [message]
        assert "hush" not in message
        return message

    return call


@pytest.fixture
def table() -> dict[str, object]:
    """Return the smallest table of a target that is not loopback; ``environ`` has its token."""
    return {"base_url": "https://a.test", "token": "env:TOKEN", "repository_id": 123}


@pytest.fixture
def environ() -> dict[str, str]:
    """Return an environment with a few secrets of four to nine characters."""
    return {"TOKEN": "hush-hush", "OTHER": "hush-other", "FOUR": "hush"}


@pytest.fixture(scope="session")
def contract() -> Contract:
    """Return the shipped contract."""
    return load_contract()
