"""Reports in formats of others."""
