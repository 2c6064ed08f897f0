"""Contract and conformance tests of one documented operation of an HTTP API."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("remote-mirror-conformance")
except PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0+unknown"

USER_AGENT = f"remote-mirror-conformance/{__version__}"
"""How every request names its client, and so does every line that repeats one."""

__all__ = ["USER_AGENT", "__version__"]
