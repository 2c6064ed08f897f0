"""Regression proof of the suite: it is tried out on every fault and variant of the mock, and its verdicts are checked.

It imports all layers that a run is made of, and of `runner` the embedded mock and the process; only `cli` imports it.
"""
