"""`python -m conformance`."""

from conformance.cli.entry import main

main()
