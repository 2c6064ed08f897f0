"""The finished page, made to talk to nobody."""

from __future__ import annotations

import re

__all__ = ["silenced"]

_ANALYTICS = re.compile(
    r"\s*<script[^>]*googletagmanager\.com[^>]*>\s*</script>(?:\s*<script>[^<]*\bgtag\([^<]*</script>)?"
)
_CHARSET = '<meta charset="utf-8">'
# Both generators load their own code from data: addresses, and attachments as blob:. Nothing else is ever fetched, also
# not what an answer of the target asks for that is shown as HTML.
_POLICY = "default-src data: blob: 'unsafe-inline'; form-action 'none'"


def silenced(page: str) -> str:
    """Take Google Analytics out of a generated page, and forbid the browser any request to a network."""
    head = f'{_CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return _ANALYTICS.sub("", page).replace(_CHARSET, head, 1)
