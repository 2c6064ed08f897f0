"""The archive: one form for the same files, and no other is read."""

from __future__ import annotations

import hashlib

import pytest

from conformance.bundle.archive import NotABundle, is_plain, packed, unpacked

FILES = {"b.txt": b"two", "a/b.txt": b"one"}


def test_the_same_files_are_the_same_bytes_on_every_machine() -> None:
    """The order makes no difference; the digest is that of every release, since old bundles are to be read."""
    made = packed(FILES)
    assert packed(dict(reversed(FILES.items()))) == made
    assert hashlib.sha256(made).hexdigest() == "4c20526a11e1a1ed3274bb58604fc9a418f977f82d53a5f9a383cb0c4c889906"
    assert unpacked(made) == FILES


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"PK\x03\x04", b"%PDF-1.7", b"\x1f\x8b" + bytes(100), packed({}), packed({"../a": b""}),
        packed({"/a": b""}),
        packed(FILES)[:40] + packed(FILES),
    ],
)  # fmt: skip
def test_files_that_cannot_be_a_bundle_are_refused(raw: bytes) -> None:
    """One line says why."""
    with pytest.raises(NotABundle, match=r"^it (is no ZIP file|has an entry)"):
        unpacked(raw)


def test_a_size_that_is_claimed_takes_no_room() -> None:
    """An entry that claims four gigabytes holds what is there."""
    raw = bytearray(packed({"a": b"x"}))
    raw[18:26] = b"\xff" * 8
    assert unpacked(bytes(raw))["a"].startswith(b"x")


@pytest.mark.parametrize("name", ["a\\b", "c:x", "a//b", "a/", "./a", "a/../b", "a\nb", "ä", ""])
def test_a_name_means_the_same_in_every_system(name: str) -> None:
    """No separator of another system, no step up, no folder, nothing but ASCII."""
    assert not is_plain(name)
    assert is_plain("evidence/status.401.missing-token.md")
