"""How fast each platform is assumed to take what is said unasked. The engine learns from there
(`bot.delivery.pace`): it slows down when a platform refuses."""

from collections.abc import Mapping

from bot.delivery.pace import Pace

PACES: Mapping[str, Pace] = {
    # docs.slack.dev/apis/web-api/rate-limits: one a second in a conversation, and "several
    # hundred" a minute in a workspace, which is not said exactly.
    "slack": Pace(rate=20, burst=20, conversation_rate=1),
    # learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: 60 in 30 seconds in a
    # conversation, 50 a second for an app in a tenant.
    "teams": Pace(rate=40, burst=40, conversation_rate=2),
    # Ours: into our own database.
    "web": Pace(rate=500, burst=500, conversation_rate=100),
}
"""By the adapter's name."""
