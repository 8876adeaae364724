"""Every shape of chart, one with a gap, and more than Slack takes in a message."""

from bot.cards import Card, Chart, Series

CARD = Card(
    summary="Pulse of three weeks",
    elements=(
        Chart(
            shape="line",
            title="Alignment over time",
            categories=("Wk 40", "Wk 41", "Wk 42"),
            series=(
                Series(name="I know our mission", values=(3.9, None, 4.2)),
                Series(name="My work serves it", values=(3.1, None, 3.4)),
            ),
            words="Both rose: from 3.9 to 4.2, and from 3.1 to 3.4.",
        ),
        Chart(
            shape="donut",
            title="Verdicts",
            categories=("fits", "partly", "conflicts"),
            series=(Series(name="Verdicts", values=(12, 5, 3)),),
            words="12 fit, 5 fit partly, 3 conflict.",
        ),
        Chart(
            shape="bar",
            title="Answers",
            categories=("Yes", "No"),
            series=(Series(name="This week", values=(7, 2)),),
            words="7 yes, 2 no.",
        ),
    ),
)
