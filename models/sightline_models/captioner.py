"""The whole network: encoder, visual prefix and decoder, with its loss."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from .config import Config
from .decoder import Decoder
from .encoder import STRIDE, VisionEncoder, normalize
from .tokenizer import PAD


class Captioner(nn.Module):
    def __init__(self, config: Config, vocabulary_size: int):
        super().__init__()
        self.encoder = VisionEncoder(config.encoder.networks)
        grid = config.encoder.input_size // STRIDE
        tokens, classes = (config.sentence.tokens, config.sentence.classes) if config.sentence else (0, 0)
        self.decoder = Decoder(config.decoder, vocabulary_size, self.encoder.channels, grid * grid, tokens, classes)

    def features(self, pixels: Tensor) -> Tensor:
        """u8 RGB [B,3,S,S] -> grid features [B,P,channels], row by row from the top left."""
        return self.encoder(normalize(pixels)).flatten(2).transpose(1, 2)


def next_token_logits(decoder: Decoder, hidden: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Float logits [K,V] and targets [K] of the K tokens that follow another and are no padding, in reading order: the
    targets are the inputs shifted by one."""
    targets = tokens[:, 1:]
    keep = targets != PAD
    return decoder.logits(hidden[:, :-1][keep]).float(), targets[keep]


def next_token_loss(decoder: Decoder, hidden: Tensor, tokens: Tensor, label_smoothing: float) -> Tensor:
    """Mean cross-entropy of token t + 1 given tokens up to t."""
    logits, targets = next_token_logits(decoder, hidden, tokens)
    return F.cross_entropy(logits, targets, label_smoothing=label_smoothing)
