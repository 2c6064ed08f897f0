"""Tests of what the benchmarks read and count; no test asserts a time."""
