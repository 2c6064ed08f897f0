"""What the user asks for: run options from command line, environment and file, and the description of a target.

May import ``conformance.exceptions`` and nothing else of the suite; ``options`` and ``settings`` do without pydantic.
"""
