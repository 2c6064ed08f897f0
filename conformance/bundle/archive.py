"""The archive: a ZIP file of which only one form exists for the same files, so that every byte of it is checked.

Its entries are stored, in the order of their names, with one time and one mode. Deflated ones would be smaller, but not
the same on every machine, and could take more room when they are read than the archive itself.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NotABundle", "is_plain", "packed", "unpacked"]

_LOCAL = struct.Struct("<4s5H3I2H")  # APPNOTE.TXT section 4.3.7
_SIGNATURE = b"PK\x03\x04"
_REGULAR = 0o100644 << 16
_UNIX = 3


class NotABundle(UsageError):  # noqa: N818 - it is a finding about a file
    """A file that `conformance bundle` cannot have written."""


def is_plain(name: str) -> bool:
    """Whether a name is a relative path in printable ASCII that means the same in every system."""
    parts = name.split("/")
    return name.isascii() and name.isprintable() and not set(name) & set('\\:*?"<>|') and not {"", ".", ".."} & {*parts}


def packed(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files, by their names; the same bytes for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.create_system = _UNIX
            entry.external_attr = _REGULAR
            archive.writestr(entry, files[name])
    return stream.getvalue()


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The entries of an archive, stored ones, by their names; nothing is decompressed.

    Only where `packed` makes the same bytes of them is it whole: links, compressed entries, and bytes before, between
    or after the entries are others. Raises NotABundle where it has no entries, or one that no bundle can have.
    """
    files: dict[str, bytes] = {}
    place = 0
    while raw.startswith(_SIGNATURE, place) and len(raw) - place > _LOCAL.size:
        *_, size, length, extra = _LOCAL.unpack_from(raw, place)
        start = place + _LOCAL.size + length
        name = raw[place + _LOCAL.size : start].decode("latin-1")
        place = start + extra + size
        if not is_plain(name) or name in files:
            raise NotABundle(f"it has an entry {name[:80]!r}, which no bundle has")
        files[name] = raw[start + extra : place]
    if not files:
        raise NotABundle("it is no ZIP file, or an empty one")
    return files
