"""For whoever runs the bot: how deliveries stand (`/queue`), numbers for Prometheus (`/metrics`).

Neither shows anybody's words, and neither is open to strangers (`guard`).
"""
