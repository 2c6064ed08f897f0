"""The run as one offline page, index.html: its data, made from report.json, traffic.har and the contract, and the page.

May import what `report` may; Jinja makes the page, nothing else in `report` knows of it.
"""
