"""The tests of a target, a module for each part of the document.

`conformance run` runs them, or plain pytest: `pytest --pyargs conformance.suite --conformance-target NAME`.

A test is a clause and what tests it; its module only says which clauses. They import nothing but pytest and the case.
"""
