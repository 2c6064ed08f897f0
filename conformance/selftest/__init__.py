"""Regression proof of the suite on faults of our own making: each is tried out, and what the suite said is compared.

It may import everything but `conformance.cli`, `conformance.plugin` and `conformance.suite`.
"""
