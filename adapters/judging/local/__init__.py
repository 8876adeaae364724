"""A language model on this machine, for whoever may not send text out: fetched or named by the
operator, run as a child process of the bot, behind the same judge port as every other.

    catalogue ── download ──┐
    a file of one's own ────┴─> chosen ── server (leash) ── judge
    neighbours: servers of other programs that run here already
"""
