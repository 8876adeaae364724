"""Reminders: words become a schedule, and the schedule becomes messages."""
