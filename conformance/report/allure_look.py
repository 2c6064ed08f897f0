"""Changes of the page that Allure makes: no network, the verdict first and large, no share of passed tests.

A share is hidden because it misleads: of a service that breaks one must, 98 % of all tests pass.
"""

from __future__ import annotations

import re

__all__ = ["dressed"]

_ANALYTICS = re.compile(
    r"\s*<script[^>]*googletagmanager\.com[^>]*>\s*</script>(?:\s*<script>[^<]*\bgtag\([^<]*</script>)?"
)
_CHARSET = '<meta charset="utf-8">'
# Allure loads its own code from data: addresses, and attachments as blob:. Nothing else is fetched, not even by an
# answer of the target that is shown as HTML.
_POLICY = "default-src data: blob: 'unsafe-inline'; form-action 'none'"
_TONES = {
    "conformant": ("#1a6b35", "#7ee2a0"),
    "partial": ("#7d4e00", "#e3b341"),
    "non-conformant": ("#b3182a", "#ff8a82"),
    "stale baseline": ("#b3182a", "#ff8a82"),
    "no verdict": ("#6639ba", "#c9a8ff"),
}
"""The colours of a verdict, in light and dark."""
_STYLE = """
[data-testid=report-title] { font-size: clamp(1.4rem, 4vw, 2rem) !important; line-height: 1.2 !important; }
[data-testid=report-title] { color: LIGHT; }
[data-theme=dark] [data-testid=report-title] { color: DARK; }
:has(> [data-testid=report-header], > * > [data-testid=report-header]) > div:has(> article) { display: none; }
"""
# Allure scrolls to its first test when it opens; a link to a test still may.
_SCRIPT = """
if (!location.hash) {
  const view = Element.prototype.scrollIntoView, top = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop');
  const ofTree = one => one.hasAttribute('data-tree-scroll-container');
  Element.prototype.scrollIntoView = () => {};
  const set = function (to) { if (!ofTree(this)) top.set.call(this, to); };
  Object.defineProperty(Element.prototype, 'scrollTop', { ...top, set });
  const release = () => {
    Element.prototype.scrollIntoView = view;
    Object.defineProperty(Element.prototype, 'scrollTop', top);
  };
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
    addEventListener(kind, release, { once: true, capture: true });
}
"""


def dressed(page: str, verdict: str) -> str:
    """The page without Google Analytics and any request to a network, with its verdict in its colour."""
    light, dark = _TONES.get(verdict, ("inherit", "inherit"))
    style = _STYLE.replace("LIGHT", light).replace("DARK", dark)
    head = f'{_CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    head += f"\n    <style>{style}</style>\n    <script>{_SCRIPT}</script>"
    return _ANALYTICS.sub("", page).replace(_CHARSET, head, 1)
