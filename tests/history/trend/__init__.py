"""Tests of the trend page."""
