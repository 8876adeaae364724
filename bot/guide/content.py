"""The five guides. Their examples are of Vitals, a health wearable, whose charter is our sample."""

from bot.guide.model import Guide

MISSION = Guide(
    topic="mission",
    also=("missions", "mission statement"),
    title="Mission statements",
    answer="A mission says for whom you work and what they can do thanks to you, today.",
    text="""
**An example**
> Empower individuals to take control of their health through real-time data.
It says for whom (individuals), what changes for them (they take control) and by what means \
(real-time data).
**Not yet one**
> Be the leading provider of innovative health solutions.
Anybody could say it, and no idea is ruled out by it.
**Write yours**
- Begin with a verb and the people: “help new parents to …”.
- Say what changes for them, not what you build: products come and go.
- One sentence, under twenty words, without “leading”, “best” or “innovative”.
**Try it out**: name two good ideas that it makes you turn down. If there are none, it is too wide.
""",
    step="mission",
)

VISION = Guide(
    topic="vision",
    also=("visions", "vision statement"),
    title="Vision statements",
    answer="A vision is the world some years from now, when your mission has worked out.",
    text="""
**An example**
> Revolutionise personal healthcare by making health data accessible and actionable.
It says what becomes different (personal healthcare) and how one would know: people can reach \
their data, and act on it.
**Not yet one**
> Sell one million wearables by 2030.
That is a target. It says how you did, not what the world gained: make it a metric.
**Write yours**
- Look far enough that today's plan is not all of it: five to ten years.
- Describe what people do or have then, so that one could take a photograph of it.
- It may be out of reach. It must not be vague.
**Try it out**: read mission and vision one after the other. The mission is what you do each day; \
the vision is why that is worth years.
""",
    step="vision",
)

STRATEGY = Guide(
    topic="strategy",
    also=("strategies", "strategy development"),
    title="Strategy development",
    answer="A strategy is the few choices that take you from the mission to the vision, in order.",
    text="""
**An example**
> Tech-savvy health enthusiasts first, then care providers and insurers. Keep improving accuracy \
and ease of use.
It chooses whom to serve first, says what must be proven before the next step, and names two \
things to be good at.
**Write yours, a line for each choice**
- Audience: who comes first, and who waits until when. Mark lines now, next or later.
- Pillars: three at most that you bet on. More is a list of wishes.
- Principles: what you always or never do, whatever it brings.
- Non-goals: what others may do and you leave. They end the most meetings.
- Metrics: a number for each pillar, and the direction it should move.
**Markets move, so**: give each choice a date to look at it again, and write down what would \
change your mind.
**Try it out**: turn each line round. If nobody sensible would choose the opposite, it is no choice.
""",
    step="check",
)

STAKEHOLDERS = Guide(
    topic="stakeholders",
    also=("stakeholder", "communication", "stakeholder communication", "communicate"),
    title="Stakeholder communication",
    answer="Say the same few sentences to everybody, and begin with what they will ask.",
    text="""
**An example**, one line of the charter told three times
> Care providers such as clinics and hospitals after 2027, once accuracy is proven.
- To engineers: accuracy comes before features for clinics. Ask me when one is requested.
- To sales: no promises to clinics before 2028. A waiting list is fine.
- To investors: the clinic market is next. What opens it is readings within three per cent.
**Do**
- Keep one text. Quote its lines by their ids, so that nobody passes on a copy that grows old.
- Tell changes in this order: what is different, why, from when, what it means for you.
- Ask people to confirm that they have read it, and one question about what it now rules out.
- Say no with the line: “N1 rules that out” is kinder than “we have no time”.
**Try it out**: ask three people of three departments what comes first this year.
""",
    step="announcing",
)

ALIGNMENT = Guide(
    topic="alignment",
    also=("align", "strategic alignment"),
    title="Strategic alignment",
    answer="Aligned is a team whose daily decisions could be guessed from its charter.",
    text="""
**An example**: “share heart-rate data with advertisers, to pay for accuracy”
It serves a pillar and breaks a principle. A team that is aligned sees both within a minute, and \
either drops the idea or changes the charter in the open.
**A rhythm that works**
- Daily: ask before building. `/mission ask` quotes the lines for and against.
- When you decide: record it with the lines it serves, and a date to look back.
- Weekly: three to five anonymous statements, `/mission pulse`. Look at the lowest one.
- Quarterly: `/mission check` finds lines that serve nothing, and what nobody decides by.
**Signs that it slips**
- Different people name different first priorities.
- Decisions pile up on one line, and none serve another.
- The same question comes back as unclear: the charter is silent where you need it.
**Try it out**: take your last five decisions. Which line does each serve?
""",
    step="ask",
)

GUIDES = (MISSION, VISION, STRATEGY, STAKEHOLDERS, ALIGNMENT)
"""In the order in which one reads them."""
