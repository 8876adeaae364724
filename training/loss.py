"""What the reader is taught, in three parts:

- a question shall lie nearer to the charter lines that speak to it, for or against alike, than to
  all other lines in its batch,
- and the line that decides nearer than those that speak to it besides;
- where no line speaks to it, all shall be far: below BORDER, and above it where one does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from encoder import SentenceEncoder, Tokens, vectors
from examples import Example
from torch import Tensor, nn

COMMON = 0.5
"""So much of what a line has in common with the rest of its charter is taken off, about as the bot
reads (`relevances` in adapters/judging/encoder.py)."""
DECISIVE = 0.5
"""How much the line that decides counts, beside all lines that speak to it."""
SILENCE = 0.7
"""How much the third part counts, beside the others."""
BORDER = 0.24
SOFT = 0.05
"""Within so much of the border it is left open on which side a question lies."""
HEAVY = 2.0
"""A silent question counts so much more than another, as they are fewer."""


@dataclass(frozen=True)
class Batch:
    """Examples, their lines one behind the other, and who speaks to whom (questions x lines)."""

    examples: Sequence[Example]
    lines: Sequence[str]
    places: Sequence[slice]
    """By example, its own lines."""
    speaks: Tensor
    decides: Tensor
    ignored: Tensor
    """The same text again, come with another question."""


def loss(
    encoder: SentenceEncoder,
    tokens: Tokens,
    examples: Sequence[Example],
    temperature: float,
    device: str,
) -> Tensor:
    """How far the encoder is from it."""
    batch = _batch(examples, device)
    questions = vectors(encoder, tokens, [each.question for each in examples], device).float()
    lines = vectors(encoder, tokens, batch.lines, device).float()
    scores = questions @ lines.T - _common(lines, batch)
    spoken = batch.speaks.any(1)
    near = _nearer(scores / temperature, batch.speaks, batch.ignored, spoken)
    besides = batch.ignored | (batch.speaks & ~batch.decides)
    nearest = _nearer(scores / temperature, batch.decides, besides, spoken)
    return (1 - DECISIVE) * near + DECISIVE * nearest + SILENCE * _silence(scores, batch)


def _nearer(scores: Tensor, own: Tensor, ignored: Tensor, spoken: Tensor) -> Tensor:
    """How much of each question's attention goes to others than its own lines."""
    scores = scores.masked_fill(ignored, float("-inf"))[spoken]
    right = scores.masked_fill(~own[spoken], float("-inf"))
    return (scores.logsumexp(1) - right.logsumexp(1)).mean()


def _silence(scores: Tensor, batch: Batch) -> Tensor:
    """How far each question's nearest line is on the wrong side of the border."""
    wrong = []
    for row, own, place in zip(scores, batch.speaks, batch.places, strict=True):
        if own.any():
            wrong.append(nn.functional.softplus((BORDER - row[own].max()) / SOFT))
        else:
            wrong.append(HEAVY * nn.functional.softplus((row[place].max() - BORDER) / SOFT))
    return torch.stack(wrong).mean()


def _common(lines: Tensor, batch: Batch) -> Tensor:
    """What is taken off each line, where all lines of its charter are there."""
    taken = torch.zeros(len(lines), device=lines.device)
    for example, place in zip(batch.examples, batch.places, strict=True):
        count = place.stop - place.start
        if example.whole and count > 1:
            charter = lines[place]
            alike = charter @ charter.T
            common = (alike.sum(1) - alike.diagonal()) / (count - 1)
            taken[place] = COMMON * (common - common.mean())
    return taken


def _batch(examples: Sequence[Example], device: str) -> Batch:
    lines: list[str] = []
    places: list[slice] = []
    for example in examples:
        places.append(slice(len(lines), len(lines) + len(example.speak) + len(example.silent)))
        lines += example.speak + example.silent
    speaks = torch.zeros((len(examples), len(lines)), dtype=torch.bool)
    decides = torch.zeros_like(speaks)
    for row, (example, place) in enumerate(zip(examples, places, strict=True)):
        for number, line in enumerate(example.speak):
            speaks[row, place.start + number] = True
            decides[row, place.start + number] = line in (example.decisive or example.speak)
    same = torch.tensor([[line in example.speak for line in lines] for example in examples])
    return Batch(
        examples,
        lines,
        places,
        speaks.to(device),
        decides.to(device),
        (same & ~speaks).to(device),
    )
