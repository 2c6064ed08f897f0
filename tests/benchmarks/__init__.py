"""The tests of the benchmarks' own bookkeeping."""
