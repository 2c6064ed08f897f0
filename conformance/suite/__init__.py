"""The tests of a target. `conformance run` runs them, and so does plain pytest.

That is `pytest --pyargs conformance.suite --conformance-target NAME`. A test is a clause and a probe; the module
assigns clauses to functions. It imports nothing but pytest and the case.
"""
