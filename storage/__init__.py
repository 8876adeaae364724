"""Rows and repositories, one file a feature. Rows never leave this package."""
