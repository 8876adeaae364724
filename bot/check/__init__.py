"""The alignment report: what in a charter, and around it, is worth a look."""
