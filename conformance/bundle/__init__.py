"""One archive of a run that proves itself: what is in it, its manifest, the signature, and the checks of a receiver.

May import `contract`, `judge`, `traffic` (the search for secrets), `report`, `engine`, `history` and `spec`. Checking
an archive needs no history.
"""
