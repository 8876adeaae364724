"""Measures reader and judge on labelled charters: `missionbot eval`."""
