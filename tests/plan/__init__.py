"""The tests of conformance.plan."""
