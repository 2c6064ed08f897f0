"""Runs of the real command against targets whose network misbehaves, each in a way that has a name."""
