"""A vendor's page: read into one neutral sheet whatever its format, interpreted, written as OpenAPI, and compared.

The front ends (`text`, `hypertext`, `markdown`, `restructuredtext`) know formats and no meaning; `reader` knows the
template and no format. It imports the contract, the reading of a contract, and the exceptions.
"""
