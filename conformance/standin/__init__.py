"""A stand-in for a service: it answers any contract by its two files, where the mock serves the shipped page alone.

It shows that a contract agrees with itself, and nothing of what its page says: it reads requests as the judge does.
It imports `contract`, `strategies` for plain values, and the server and the messages of `mock`.
"""

from conformance.standin.app import StandIn
from conformance.standin.description import Described, described, in_toml

__all__ = ["Described", "StandIn", "described", "in_toml"]
