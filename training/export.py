"""From the trained network to the two files that the bot reads."""

import tempfile
import warnings
from pathlib import Path

import onnxruntime as ort
import torch
from encoder import SentenceEncoder, Tokens
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

WEIGHTS = "reader_int8.onnx"
WORDS = "tokenizer.json"
CLOSE = 0.95
"""Cosine between the network's vector and the 8-bit file's."""
SAMPLES = ("hi", "No ads.", "Should we sell heart-rate data to advertisers?", "offline first " * 40)


def export(encoder: SentenceEncoder, base: Path, out: Path) -> None:
    """Writes both files into `out`. Raises RuntimeError when they say something else than the
    network does."""
    out.mkdir(parents=True, exist_ok=True)
    encoder.eval()
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "reader.onnx"
        _to_onnx(encoder, exact)
        # Per channel: with one scale for a whole matrix, twice as many answers change.
        quantize_dynamic(exact, out / WEIGHTS, weight_type=QuantType.QInt8, per_channel=True)
    Tokenizer.from_file(str(base / WORDS)).save(str(out / WORDS))
    _check(encoder, Tokens(base), out / WEIGHTS)


def _to_onnx(encoder: SentenceEncoder, path: Path) -> None:
    ids = torch.randint(5, 900, (3, 24))
    mask = torch.ones_like(ids)
    mask[1, 20:] = 0
    free = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        # The older exporter, on purpose: quantize_dynamic wants its graphs. It warns that other
        # shapes might give wrong vectors; _check sees to that.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder,
            (ids, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": free, "attention_mask": free, "vector": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )


def _check(encoder: SentenceEncoder, tokens: Tokens, weights: Path) -> None:
    session = ort.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    for text in SAMPLES:
        ids, mask = tokens([text], "cpu")
        with torch.no_grad():
            meant = encoder(ids, mask)[0]
        inputs = {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}
        said = torch.from_numpy(session.run(["vector"], inputs)[0][0])
        if not float(meant @ said) > CLOSE:
            raise RuntimeError(f"{weights} and the network disagree: cosine {float(meant @ said)}")
