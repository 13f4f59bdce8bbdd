"""The whole network: encoder, visual prefix and decoder, with the loss and a batched reference search."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import Config
from .decoder import Decoder
from .encoder import CHANNELS, STRIDE, EfficientNetLite0, normalize
from .tokenizer import BOS, EOS, PAD


class Captioner(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.encoder = EfficientNetLite0()
        grid = config.encoder.input_size // STRIDE
        self.decoder = Decoder(config.decoder, config.vocabulary.size, CHANNELS, grid * grid)

    def features(self, pixels: Tensor) -> Tensor:
        """u8 RGB [B,3,S,S] -> grid features [B,P,channels], row by row from the top left."""
        return self.encoder(normalize(pixels)).flatten(2).transpose(1, 2)


def next_token_loss(decoder: Decoder, hidden: Tensor, tokens: Tensor, label_smoothing: float) -> Tensor:
    """Mean cross-entropy of token t + 1 given tokens up to t: the targets are the inputs shifted by one."""
    targets = tokens[:, 1:]
    keep = targets != PAD
    logits = decoder.logits(hidden[:, :-1][keep])
    return F.cross_entropy(logits.float(), targets[keep], label_smoothing=label_smoothing)


@torch.no_grad()
def greedy(decoder: Decoder, features: Tensor) -> list[list[int]]:
    """Captions of a batch of pictures, without a cache of the text: for validation while training."""
    prefix = decoder.prefix(features)
    owner = torch.arange(features.shape[0])
    tokens = torch.full((features.shape[0], 1), BOS)
    ended = torch.zeros(features.shape[0], dtype=torch.bool)
    for _ in range(decoder.max_tokens):
        best = decoder.logits(decoder(tokens, prefix, owner)[:, -1]).argmax(-1)
        best[ended] = PAD
        tokens = torch.cat([tokens, best[:, None]], dim=1)
        ended |= best == EOS
        if bool(ended.all()):
            break
    return [row.tolist() for row in tokens]
