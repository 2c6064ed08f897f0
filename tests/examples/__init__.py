"""Tests of the example database."""
