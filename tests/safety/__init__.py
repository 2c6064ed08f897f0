"""Every byte that leaves, audited by eyes of its own: nothing here asks the policy what it thinks of a request."""
