"""Tests of conformance.report: the reports of a run."""
