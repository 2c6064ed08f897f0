"""Contract and conformance tests of one documented operation of an HTTP API."""

from typing import TYPE_CHECKING

__all__ = ["USER_AGENT", "__version__"]

__version__: str
USER_AGENT: str
"""The name of the client in every request, and in every line that repeats one."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> str:
        """Make the version when it is asked for: a third of the start of a command would be spent on it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - as the docstring says

        try:
            found = version("remote-mirror-conformance")
        except PackageNotFoundError:  # run from a checkout that is not installed
            found = "0+unknown"
        globals().update(__version__=found, USER_AGENT=f"remote-mirror-conformance/{found}")
        return globals()[name]
