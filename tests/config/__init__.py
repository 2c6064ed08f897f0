"""Tests of conformance/config, one module for each of its modules."""
