"""The vendor's own SDK as a client of the mock."""
