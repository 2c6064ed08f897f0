"""The rules, a module for each part of the document; importing this package registers them all.

They import `conformance.contract` and the rest of `conformance.judge`, nothing else.
"""

from conformance.judge.rules import envelope, refusal, response, status, traffic
from conformance.judge.rules.registry import RULES

__all__ = ["RULES", "envelope", "refusal", "response", "status", "traffic"]
