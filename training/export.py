"""From the trained network to the two files that the bot reads."""

import tempfile
import warnings
from pathlib import Path

import torch
from encoder import SentenceEncoder
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer


def export(encoder: SentenceEncoder, base: Path, out: Path) -> None:
    """Writes `reader_int8.onnx` and `tokenizer.json` into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "reader.onnx"
        _to_onnx(encoder.eval(), exact)
        # Per channel: with one scale for a whole matrix, twice as many answers change.
        quantize_dynamic(
            exact, out / "reader_int8.onnx", weight_type=QuantType.QInt8, per_channel=True
        )
    Tokenizer.from_file(str(base / "tokenizer.json")).save(str(out / "tokenizer.json"))


def _to_onnx(encoder: SentenceEncoder, path: Path) -> None:
    ids = torch.randint(5, 900, (3, 24))
    mask = torch.ones_like(ids)
    mask[1, 20:] = 0
    free = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        # The older exporter, on purpose: quantize_dynamic does not take the newer one's graphs.
        warnings.simplefilter("ignore", DeprecationWarning)
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
