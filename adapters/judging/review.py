"""The reviewer: the same language model as the judge, asked once about a whole charter."""

from functools import partial

from adapters.judging.language_model import LanguageModel
from adapters.judging.review_prompt import messages, parse, schema
from bot.ask.model import Tokens
from bot.charter.model import InForce
from bot.check.model import Review

MOST_LINES = 200
"""Of a longer family of charters, the first: own lines come before inherited ones."""


class ModelReviewer:
    """Satisfies `bot.check.ports.Reviewer`. `close` it when done."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def estimate(self, charter: InForce) -> Tokens:
        """The most that a review can take: both asks."""
        charter = _first_lines(charter)
        return self._model.most(messages(charter), schema(charter))

    async def review(self, charter: InForce) -> Review:
        """Remarks that name only refs of `charter.lines`. Raises NotJudged, nothing else."""
        charter = _first_lines(charter)
        if not charter.lines:
            return Review(remarks=(), model=self.name)
        meter = self._model.meter()
        review = await self._model.ask(
            messages(charter),
            schema(charter),
            partial(parse, charter=charter, model=self.name),
            charter=charter,
            meter=meter,
        )
        return review.model_copy(update={"tokens": meter.total})

    async def close(self) -> None:
        """Close the connections to the server."""
        await self._model.close()


def _first_lines(charter: InForce) -> InForce:
    return charter.model_copy(update={"lines": charter.lines[:MOST_LINES]})
