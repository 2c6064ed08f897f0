"""Evidence of one broken promise, for a reader at the vendor: its data, and the page that shows them.

May import what `history` may; Jinja makes the pages, nothing else here knows of it.
"""

from conformance.history.evidence.data import evidence_of
from conformance.history.evidence.page import html_page, markdown_page

__all__ = ["evidence_of", "html_page", "markdown_page"]
