"""The user's choices: run options from command line, environment and file, and the description of a target.

May import ``contract``, ``plan``, ``spec`` and ``exceptions``; ``options`` and ``settings`` only what is light.
"""
