"""The tests of a target, a module for each part of the document; run them with `conformance run`, or with pytest:

    pytest --pyargs conformance.suite --conformance-target NAME

A test is a clause and what tests it; its module only says which clauses. They import nothing but pytest and the case.
"""
