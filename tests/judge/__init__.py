"""Tests of the judge, with invented exchanges and no server."""
