"""A run: the plan goes through the client and the judge, and the results are kept for tests and reports.

It imports contract, plan, judge, traffic, report, config, examples and exceptions.
"""
