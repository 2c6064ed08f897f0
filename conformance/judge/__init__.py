"""Verdicts: what an exchange proves of the clauses that speak of it.

Everything here is pure, so that recorded traffic can be judged again later; it imports only `conformance.contract`.
"""
