"""The pulse: an anonymous poll on alignment, published from five answers up."""
