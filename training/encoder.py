"""The network: a sentence encoder whose vector is the mean over the tokens, at length 1."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as f
from transformers import AutoModel, AutoTokenizer

TOGETHER = 64
"""Texts that go through the network at once."""
LONGEST = 96
"""Tokens; as in adapters/judging/encoder.py."""


class SentenceEncoder(nn.Module):
    """Token ids and mask in (batch x tokens), vectors out (batch x 384)."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        # eager: the only form of attention that the ONNX export understands.
        self.network = AutoModel.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager"
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The vectors."""
        outputs = self.network(input_ids=input_ids, attention_mask=attention_mask)
        mask = attention_mask.unsqueeze(-1).float()
        summed = (outputs.last_hidden_state.float() * mask).sum(1)
        return f.normalize(summed / mask.sum(1), dim=1)


def vectors(
    encoder: SentenceEncoder, tokens: "Tokens", texts: Sequence[str], device: str
) -> Tensor:
    """One vector a text, in their order. Texts of a length go through together, as padding costs
    as much as words; and a text that comes twice goes through once."""
    different = sorted(set(texts), key=lambda text: (len(tokens.ids(text)), text))
    several = [different[first : first + TOGETHER] for first in range(0, len(different), TOGETHER)]
    found = torch.cat([encoder(*tokens(some, device)) for some in several])
    place = {text: number for number, text in enumerate(different)}
    return found[[place[text] for text in texts]]


class Tokens:
    """Texts to token ids; remembers them, as lines come again and again."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self._known: dict[str, list[int]] = {}

    def __call__(self, texts: Sequence[str], device: str) -> tuple[Tensor, Tensor]:
        """Ids and mask, padded to the longest text."""
        rows = [self.ids(text) for text in texts]
        longest = max(len(row) for row in rows)
        ids = torch.full((len(rows), longest), self.tokenizer.pad_token_id)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = 1
        return ids.to(device), mask.to(device)

    def ids(self, text: str) -> list[int]:
        """Its tokens' ids, cut at the longest that is read."""
        if text not in self._known:
            encoded = self.tokenizer(text, truncation=True, max_length=LONGEST)
            self._known[text] = encoded.input_ids
        return self._known[text]
