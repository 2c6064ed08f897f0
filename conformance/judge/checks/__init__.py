"""The checks, a module for each part of an exchange; importing this package registers them all.

They import `conformance.contract` and the rest of `conformance.judge`, nothing else.
"""

from conformance.judge.checks import envelope, request, response, status, traffic
from conformance.judge.checks.registry import CHECKS, rules_of, validate

__all__ = ["CHECKS", "envelope", "request", "response", "rules_of", "status", "traffic", "validate"]
