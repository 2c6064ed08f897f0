"""Tests of the memory: what is kept, and what is said of it."""
