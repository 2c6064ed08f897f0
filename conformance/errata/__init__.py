"""Errata: the smallest change of the page under which what a service does would be right, verified on recorded traffic.

It sends nothing. It imports the contract, the reader of pages, the judge and the reports; only `cli` imports it.
"""
