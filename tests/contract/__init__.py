"""The tests of conformance.contract and of the catalogue in spec/."""
