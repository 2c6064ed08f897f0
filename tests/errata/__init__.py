"""Errata: edits of the page, sentences, the contract that follows, and what is verified."""
