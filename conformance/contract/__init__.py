"""The vocabulary of the operation and what the document promises of it: clauses, schemas, messages, facts.

Everything here is pure; it imports nothing else of this package but `conformance.exceptions`.
"""
