"""Tests of conformance/mock, one module for each of its modules."""
