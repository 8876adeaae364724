"""The servers and the load that `slack_ack.py` measures with, each in a process of its own."""
