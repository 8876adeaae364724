import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import clean, https_host, one_line, same_words, shorten, without_links, word_changes


def test_clean_knows_every_character_there_is() -> None:
    for code in range(0x110000):
        character = chr(code)
        kept = clean(f"a{character}a")[1:-1]
        if character in "\r\x0b\x0c\x85\u2028\u2029":
            assert kept == "\n"
        elif character in "\t\n \u200d":
            assert kept == character.replace("\t", " ")
        elif unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
            assert kept == ""
        elif character.isprintable():
            assert kept == character


def test_clean_takes_out_what_makes_a_text_read_otherwise() -> None:
    assert clean("a\x00b\u202ec\u200bd\te\r\nf\U000e0041") == "abcd e\nf"
    assert clean("👩‍👩‍👧 наше здоровье 健康") == "👩‍👩‍👧 наше здоровье 健康"


@given(st.text())
def test_clean_leaves_only_what_can_be_stored_and_shown(text: str) -> None:
    done = clean(text)
    assert clean(done) == done
    assert "\x00" not in done
    done.encode()


@pytest.mark.parametrize(
    "said",
    [
        "see https://evil.example/x?d=secret",
        "see [here](http://evil.example)",
        "![img](https://evil.example/a.png)",
        "mail mailto:a@evil.example",
        "HTTPS://EVIL.EXAMPLE",
        "go to evil.example/path",
        "javascript:alert(1)",
        "ftp://evil.example",
        "<@U123> and <!channel> and @everyone <at>Dana</at>",
    ],
)
def test_a_models_words_carry_no_link_and_no_mention(said: str) -> None:
    done = without_links(said)
    assert "://" not in done
    assert "](" not in done
    assert "<@" not in done
    assert "<!" not in done
    assert "@everyone" not in done
    assert "evil.example" not in done.lower()


def test_ordinary_words_survive() -> None:
    said = "Members could opt in, e.g. per study (v2.5), at 16:30: if they are paid."
    assert without_links(said) == said


@given(st.text(max_size=300), st.integers(min_value=5, max_value=50))
def test_shorten_keeps_to_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_shorten_cuts_at_a_word() -> None:
    assert shorten("should we sell data to advertisers", 25) == "should we sell data to…"


def test_the_same_words_are_the_same_question() -> None:
    assert same_words("  Sell DATA to\nadvertisers?! ") == same_words("sell data to advertisers")
    assert same_words("sell data") != same_words("sell no data")


@given(st.lists(st.sampled_from("abcd"), max_size=8), st.lists(st.sampled_from("abcd"), max_size=8))
def test_changes_rebuild_both_texts(old: list[str], new: list[str]) -> None:
    changes = word_changes(" ".join(old), " ".join(new))
    kept = [w for kind, words in changes if kind != "added" for w in words.split()]
    made = [w for kind, words in changes if kind != "removed" for w in words.split()]
    assert (kept, made) == (old, new)


def test_one_line() -> None:
    assert one_line(" a\n\n b\t c ") == "a b c"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://mission.example.com", "mission.example.com"),
        ("https://Mission.example.com:8443/bot/", "mission.example.com"),
        ("https://[::1]:443", "::1"),
        ("http://mission.example.com", ""),
        ("mission.example.com", ""),
        ("https://", ""),
        ("https://a b", ""),
        ("https://a?b=c", ""),
        ("https://a#b", ""),
        ("https://user@a", ""),
        ("https://a:port", ""),
        ('https://a"', ""),
        ("https://a\nb", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_plain_address(address: str, host: str) -> None:
    assert https_host(address) == host
