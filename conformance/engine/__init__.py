"""A run: it drives the plan through traffic and judge, and keeps what the tests and the reports ask for.

It may import everything but `conformance.cli`, `conformance.plugin` and `conformance.suite`.
"""
