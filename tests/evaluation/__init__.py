"""Tests of `missionbot eval`."""
