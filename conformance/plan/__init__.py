"""The plan of a run: probes, generated requests, and the safety policy that every request obeys.

Everything here is pure: the same fixtures and seed give the same plan. It imports only `conformance.contract` and
`conformance.strategies`.
"""
