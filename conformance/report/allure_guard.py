"""Allure results are written test by test; one that cannot be written is noted, and ends no run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import allure_commons
import pluggy

from conformance.report.staging import unwritten

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["AllureGuard"]

_around = pluggy.HookimplMarker("allure")(wrapper=True)  # allure_commons.hookimpl, with types


class AllureGuard:
    """A plugin of Allure's own, around whatever writes; `trouble` says why the results are not whole, or None."""

    def __init__(self) -> None:
        self.trouble: str | None = None

    def begin(self) -> None:
        """Look after what is written from now on; once is enough."""
        if not allure_commons.plugin_manager.is_registered(self):
            allure_commons.plugin_manager.register(self)

    def end(self) -> None:
        """Let go; once is enough."""
        if allure_commons.plugin_manager.is_registered(self):
            allure_commons.plugin_manager.unregister(self)

    def _guarded(self) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except OSError as error:
            self.trouble = self.trouble or unwritten("allure-results", error)
            return []

    @_around
    def report_result(self) -> Generator[None, Any, Any]:
        """Around a test's result."""
        return (yield from self._guarded())

    @_around
    def report_container(self) -> Generator[None, Any, Any]:
        """Around what surrounds tests."""
        return (yield from self._guarded())

    @_around
    def report_attached_data(self) -> Generator[None, Any, Any]:
        """Around an attachment."""
        return (yield from self._guarded())

    @_around
    def report_attached_file(self) -> Generator[None, Any, Any]:
        """Around an attachment that is a file."""
        return (yield from self._guarded())
