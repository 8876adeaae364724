"""Decisions: recorded as they are made, tied to the charter, checked on later."""
