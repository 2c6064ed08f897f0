"""Tests of conformance/history/evidence."""
