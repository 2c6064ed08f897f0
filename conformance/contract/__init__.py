"""A contract and its vocabulary: the operation, the domains of its values, clauses, messages, facts.

Everything here is pure; it imports nothing else of this package but `conformance.exceptions`.
"""
