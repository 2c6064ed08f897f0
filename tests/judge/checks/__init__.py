"""Tests of the rules, a module for each part of the document; each has a case for every clause of its part."""
