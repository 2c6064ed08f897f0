"""Reports in formats of others: each module makes one of report.json and traffic.har, and touches no file.

`registry` lists every report of a run. Imports contract, judge and the words and records of `report`.
"""
