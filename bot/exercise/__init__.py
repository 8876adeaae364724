"""The practical exercise: everybody writes the charter as they see it, and the team compares."""
