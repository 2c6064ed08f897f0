"""Requests leave here and nowhere else: the two wires, the limits, the safety policy at the exit, redaction.

It imports `conformance.contract`, `conformance.plan` (for the policy) and `conformance.exceptions`.
"""
