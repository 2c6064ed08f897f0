"""Tests of `conformance.traffic`."""
