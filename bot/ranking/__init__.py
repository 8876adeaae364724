"""Ranking: a pasted list of ideas, judged one by one, as one table."""
