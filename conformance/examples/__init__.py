"""The example database: the simplest request that failed a clause, kept from run to run. Reads and writes files.

It imports `conformance.contract` and `conformance.plan`.
"""
