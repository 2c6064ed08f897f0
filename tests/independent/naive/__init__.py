"""The operation as an ordinary team would write it in an afternoon, once in each of three frameworks.

Nothing here is tuned to the suite: what the frameworks do by default, they do.
docs/independent-targets.md says what the suite finds.
"""
