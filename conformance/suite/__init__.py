"""The tests of a target. `conformance run` runs them, and so does plain pytest.

That is `pytest --pyargs conformance.suite --conformance-target NAME`. A test is a clause and what tests it; the module
only says which clauses are which function's. It imports nothing but pytest and the case.
"""
