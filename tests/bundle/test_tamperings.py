"""No tampering goes unnoticed, and what takes a signature to notice is known."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from conformance.bundle.archive import ENVELOPE, TRAFFIC, NotABundle, packed, unpacked
from conformance.bundle.assembly import bundle_of
from conformance.bundle.verification import verified
from tests.bundle.runs import CLAUSE, bundled, keys, whole
from tests.bundle.tamperings import OF_BYTES, OF_ENTRIES, OF_FILES, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable

CHEAP, COSTLY = 1_980, 20
"""Of so many the hashes or the bytes tell in a millisecond; for the others every verdict is judged again."""
NIGHTS = 50


def noticed(raw: bytes, key: bytes | None = None) -> bool:
    """Whether a receiver notices."""
    try:
        return verified(raw, key).problem is not None
    except NotABundle:
        return True


def check_bytes(seed: int, times: int) -> None:
    """Change bytes and entries of the archive, and leave its manifest as it is."""
    random = Random(seed)  # noqa: S311 - what is drawn is to be drawn again
    tamperings: tuple[Callable[[bytes, Random], bytes], ...] = (*OF_BYTES, *OF_BYTES, *OF_BYTES, *OF_ENTRIES)
    for _ in range(times):
        act = random.choice(tamperings)
        changed = act(whole(), random)
        assert changed == whole() or noticed(changed), act.__name__


def check_files(seed: int, times: int) -> None:
    """Change files, and make the manifest anew so that it fits them."""
    random = Random(seed)  # noqa: S311 - what is drawn is to be drawn again
    for number in range(times):
        act = OF_FILES[number % len(OF_FILES)]
        assert noticed(act(bundled(), random)), act.__name__


def test_two_thousand_are_noticed_without_a_signature() -> None:
    """Most by their bytes; those with a manifest that fits by the verdicts, which do not follow from the exchanges."""
    assert not noticed(whole())
    check_bytes(1, CHEAP)
    check_files(1, COSTLY)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(2, NIGHTS + 2))
def test_a_hundred_thousand_are_noticed(seed: int) -> None:
    """Two thousand with each of fifty seeds."""
    check_bytes(seed, CHEAP)
    check_files(seed, COSTLY)


def _other_date(files: dict[str, bytes]) -> bytes:
    return rewritten(files | {TRAFFIC: files[TRAFFIC].replace(b'"time": ', b'"time": 1', 1)})


def _other_evidence(files: dict[str, bytes]) -> bytes:
    name = f"evidence/{CLAUSE}.md"
    return rewritten(files | {name: files[name] + b"paid\n"})


def _other_page(files: dict[str, bytes]) -> bytes:
    name = next(name for name in files if name.startswith("contract/document/"))
    return rewritten(files | {name: files[name] + b"One more sentence.\n"})


@pytest.mark.parametrize("act", [_other_date, _other_evidence, _other_page])
def test_bytes_that_no_verdict_depends_on_need_a_signature(act: Callable[[dict[str, bytes]], bytes]) -> None:
    """With a manifest that fits, a receiver without a key cannot notice; with a key every byte counts."""
    private, public = keys()
    changed = act(bundled())
    assert not noticed(changed)
    assert noticed(changed, public)
    signed = bundle_of(bundled(), private)
    assert not noticed(signed, public)
    forged = packed(unpacked(changed) | {ENVELOPE: unpacked(signed)[ENVELOPE]})
    assert noticed(forged, public)
    assert noticed(forged)
