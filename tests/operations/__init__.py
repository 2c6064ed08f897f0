"""The operations of examples/, each with a service of its own to try them on."""
