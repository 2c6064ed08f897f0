"""The only place that sends: client, transports, limits, tokens that expire, and the redaction of secrets.

It imports contract, plan (for the policy) and exceptions.
"""
