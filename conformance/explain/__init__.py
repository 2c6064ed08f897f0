"""All about a clause or a probe, gathered from the contract, the plan, the checks, the mock's faults and the history.

It sends nothing. It imports every layer that these come from; only `cli` imports it.
"""
