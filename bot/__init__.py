"""The core of Missionbot: knows no chat platform, no database and no clock of its own.

A folder in here is one feature. ARCHITECTURE.md draws the floors; a room imports only from below.
"""
