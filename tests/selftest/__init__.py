"""Tests of conformance/selftest, and the proof itself for further seeds."""
