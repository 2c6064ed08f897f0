"""The variants: mocks that keep every promise in another way, where the document is silent or HTTP leaves a choice.

They import ``conformance.mock`` and nothing else of ``conformance``.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from conformance.mock.variants import answers, requests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mock.catalogue import Variant

__all__ = ["KINDS", "VARIANTS"]

KINDS = (answers, requests)

VARIANTS: Mapping[str, Variant] = dict(chain.from_iterable(kind.variant.items() for kind in KINDS))
"""Every variant by id."""
