"""The history: every run kept whole in a database, and what changed between runs.

Times are in UTC, as ISO 8601 text of one length, so that they sort; digests are SHA-256 in hexadecimal.
"""
