"""The suite against servers that nobody here wrote: Prism, Python's `http.server`, and what is no web server at all."""
