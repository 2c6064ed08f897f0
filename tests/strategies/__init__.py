"""Tests of conformance/strategies, one module for each of its modules."""
