"""Verdicts: what an exchange proves of the clauses that speak of it, by the checks that their rows name.

Everything here is pure, so that recorded traffic can be judged again later; it imports only `conformance.contract`.
"""
