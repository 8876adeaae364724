"""Changes to a charter: proposed by anybody, looked at, approved by its owners, adopted."""
