"""Tests of `conformance.runner`: the suite as its users run it."""
