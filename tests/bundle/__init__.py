"""Tests of conformance/bundle."""
