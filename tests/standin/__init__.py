"""Tests of conformance/standin, one module for each of its modules."""
