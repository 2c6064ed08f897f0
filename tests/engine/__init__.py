"""Tests of conformance/engine, one module for each of its modules."""
