import pytest

from bot.ask.about import kinds_asked_for, looks_english, not_for_judging


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("what is our mission?", ["mission"]),
        ("What's our mission and vision", ["mission", "vision"]),
        ("our strategy", ["pillar", "audience"]),
        ("remind me of our principles please", ["principle"]),
        ("what are the team’s non-goals?", ["non_goal"]),
        ("mission", ["mission"]),
        ("should the mission change?", []),
        ("is our mission still right for hospitals?", []),
        ("what should our strategy be for clinics?", []),
        ("does it fit our strategy?", []),
        ("drop the mission statement from the home page", []),
        ("", []),
    ],
)
def test_a_question_about_the_charter_is_not_judged(question: str, kinds: list[str]) -> None:
    assert list(kinds_asked_for(question)) == kinds


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("👍🚀", "nothing"),
        ("...", "nothing"),
        ("hello there", "greeting"),
        ("thank you!", "thanks"),
        ("what can you do?", "bot"),
        ("hi-fi speakers for the living rooms of our members?", None),
        ("okay we should sell the data then, shouldn't we", None),
        ("should we greet new members by name?", None),
    ],
)
def test_what_is_no_question_of_fit(words: str, why: str | None) -> None:
    assert not_for_judging(words) == why


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("should we sell heart-rate data to advertisers?", True),
        ("hospitals?", True),
        ("Sollen wir die Herzdaten unserer Mitglieder an Werbekunden verkaufen?", False),
        ("健康データを広告主に販売すべきですか", False),
        ("Стоит ли продавать данные рекламодателям?", False),
        ("¿Deberíamos vender los datos cardíacos a los anunciantes?", False),
    ],
)
def test_who_reads_english_says_so(question: str, english: bool) -> None:
    assert looks_english(question) is english
