"""The reports of a run: report.json, HAR, the page, Allure, the terminal, and the page of clauses.

They are made from results that are already judged. Imports contract, judge, places and traffic's redaction.
"""
