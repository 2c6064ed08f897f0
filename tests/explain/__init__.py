"""Tests of `conformance.explain`."""
