"""Counting what a judgement takes."""

from bot.ask.model import Tokens


def count(text: str) -> int:
    """About how many tokens `text` is, rather too many than too few.

    A token is about four letters of English and one sign of Chinese: three bytes are on the safe
    side of both.
    """
    return len(text.encode(errors="replace")) // 3 + 1


class Meter:
    """Adds up one judgement's tokens. Prices are per million tokens, in the operator's currency.

    Cached tokens are priced like others: what a server takes off for them is not known here.
    """

    def __init__(self, price_in: float, price_out: float) -> None:
        self._price_in = price_in
        self._price_out = price_out
        self._total = Tokens()
        self.pending = 0
        """Tokens of the prompt that is with the server: charged even if its answer is too late."""

    def add(self, *, prompt: int, completion: int, cached: int = 0) -> None:
        """Count one exchange; nothing is with the server any more."""
        self.pending = 0
        self._total = self._priced(
            self._total.prompt + prompt,
            self._total.completion + completion,
            self._total.cached + cached,
        )

    @property
    def total(self) -> Tokens:
        """What was taken up to now."""
        total = self._total
        return self._priced(total.prompt + self.pending, total.completion, total.cached)

    def _priced(self, prompt: int, completion: int, cached: int) -> Tokens:
        cost = (prompt * self._price_in + completion * self._price_out) / 1_000_000
        return Tokens(prompt=prompt, completion=completion, cached=cached, cost=cost)
