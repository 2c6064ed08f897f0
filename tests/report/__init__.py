"""Tests of conformance.report: what a run leaves behind."""
