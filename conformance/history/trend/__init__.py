"""The trend page: one HTML file for people who look, with its data in it and nothing fetched.

`trend_data` says what is on it, `write_page` puts that into the template beside this file.
"""

from conformance.history.trend.page import trend_data, write_page

__all__ = ["trend_data", "write_page"]
