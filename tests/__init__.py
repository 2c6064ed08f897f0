"""The tests of the suite itself, mirroring the package."""
