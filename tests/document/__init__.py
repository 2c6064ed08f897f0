"""Tests of the document package."""
