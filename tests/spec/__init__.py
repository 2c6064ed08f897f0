"""The tests of spec/: what its files say, and that the suite follows their edits."""
