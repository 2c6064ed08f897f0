"""Tests of conformance/mock, one module for each of its modules, and of the miniatures made of it."""
