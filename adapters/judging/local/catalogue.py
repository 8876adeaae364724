"""Open instruct models that `missionbot model get` knows: what they are, where they come from, and
how to tell that they arrived whole.

Addresses name a fixed revision of the publisher's repository, so that the file behind them does not
change; size and checksum are those of that file, as published there.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OpenModel:
    """A model file (GGUF) to fetch."""

    name: str
    title: str
    licence: str
    origin: str
    """The page where the model and its licence are described."""
    url: str
    size: int
    """Bytes."""
    sha256: str
    memory: float
    """Gigabytes that it takes while it runs, about."""
    words: str
    """What to expect of it."""


_HUB = "https://huggingface.co"

QWEN3_4B = OpenModel(
    name="qwen3-4b",
    title="Qwen3 4B Instruct 2507, 4 bits",
    licence="Apache 2.0",
    origin=f"{_HUB}/Qwen/Qwen3-4B-Instruct-2507",
    url=f"{_HUB}/bartowski/Qwen_Qwen3-4B-Instruct-2507-GGUF/resolve/"
    "ae44f08e1392f39c0e474af10c3ff8355c8b6688/Qwen_Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
    size=2_497_280_736,
    sha256="2fde00ce69dd4899c70d020845e2638353015bba0fdf161b3eb965f2bca4464e",
    memory=4.5,
    words="the better judge of the two; wants four cores or more, or a graphics card",
)
QWEN25_1_5B = OpenModel(
    name="qwen2.5-1.5b",
    title="Qwen2.5 1.5B Instruct, 4 bits",
    licence="Apache 2.0",
    origin=f"{_HUB}/Qwen/Qwen2.5-1.5B-Instruct",
    url=f"{_HUB}/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/"
    "91cad51170dc346986eccefdc2dd33a9da36ead9/qwen2.5-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_736,
    sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
    memory=2.0,
    words="small and quick; expect wrong verdicts, to try the way only",
)

MODELS: Mapping[str, OpenModel] = {model.name: model for model in (QWEN3_4B, QWEN25_1_5B)}
"""The first is what `missionbot model get` takes where none is named."""
