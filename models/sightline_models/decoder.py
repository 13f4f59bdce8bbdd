"""GPT-2-style decoder over a visual prefix.

Each block has its own projection of the picture's grid features to keys and values, which stand before those of the text: one
attention looks at both. They are computed once per picture and shared by every caption, beam and step. The features do
not go through the blocks themselves: with a few thousand photographs to learn from that only memorizes them. Before the
cells may stand tokens of the sentence embedding that the picture's captions are predicted to have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import Decoder as DecoderConfig

CELL_DROPOUT = 0.2  # of the picture's cells, in training
CLASS_SCALE = 6.0  # beside the mean features, whose deviation is so much larger: one ridge penalty has to fit both
EMBEDDING = 384  # numbers of a sentence embedding
Prefix = list[tuple[Tensor, Tensor]]  # keys and values of the visual tokens at each layer


class Block(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.visual = nn.Linear(width, 2 * width)
        self.project = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 4 * width)
        self.contract = nn.Linear(4 * width, width)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """[N,T,C] -> query, key, value, each [N,H,T,C/H]."""
        n, t, c = x.shape
        qkv = self.qkv(self.norm1(x)).view(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        return qkv[0], qkv[1], qkv[2]

    def look(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Visual tokens [B,P,C] -> their keys and values, each [B,H,P,C/H]."""
        b, p, c = x.shape
        kv = self.visual(x).view(b, p, 2, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        return kv[0], kv[1]

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """Adds the attention's output [N,H,T,C/H] and the feed-forward layer to the residual stream."""
        n, t, c = x.shape
        x = x + self.drop(self.project(attended.transpose(1, 2).reshape(n, t, c)))
        return x + self.drop(self.contract(F.gelu(self.expand(self.norm2(x)), approximate="tanh")))

    def drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training)


class SentenceTokens(nn.Module):
    """The sentence embedding that a picture's captions are predicted to have, as visual tokens; where the encoder learnt from a
    detection network, the classes that it sees somewhere in the picture go into the prediction and into the tokens.

    `predict` maps the mean of the features, and the classes, to the embedding; stages/sentence.py fits it. `classes` maps a
    cell to its classes; stages/vision.py fits it. Training leaves both alone.
    """

    def __init__(self, channels: int, width: int, count: int, classes: int):
        super().__init__()
        self.count, self.width, self.class_scale = count, width, CLASS_SCALE
        self.classes = nn.Linear(channels, classes).requires_grad_(False) if classes else None
        self.name = nn.Linear(classes, count * width, bias=False) if classes else None
        self.predict = nn.Linear(channels + classes, EMBEDDING).requires_grad_(False)
        self.expand = nn.Linear(EMBEDDING, count * width)
        self.norm = nn.LayerNorm(width)
        self.position = nn.Parameter(torch.zeros(count, width))

    def seen(self, features: Tensor) -> Tensor | None:
        """Features [B,P,channels] -> how surely each class is somewhere in the picture, 0 to 1, [B,classes]."""
        if self.classes is None:
            return None
        return torch.sigmoid(self.classes(features.float())).amax(1).sqrt()  # surer than it looks: nearly all are near 0

    def summary(self, features: Tensor, seen: Tensor | None) -> Tensor:
        """What `predict` sees of features [B,P,channels], of which `seen` was found."""
        mean = features.mean(1, dtype=torch.float32)
        return mean if seen is None else torch.cat([mean, self.class_scale * seen], -1)

    def embeddings(self, features: Tensor) -> Tensor:
        """Features [B,P,channels] -> predicted embeddings [B,EMBEDDING]."""
        return self.predict(self.summary(features, self.seen(features)))

    def of_picture(self, features: Tensor, embeddings: Tensor | None = None) -> Tensor:
        """Features [B,P,channels] -> tokens [B,count,width]; `embeddings` stand for those that they predict."""
        seen = self.seen(features)
        if embeddings is None:
            embeddings = self.predict(self.summary(features, seen))
        return self(embeddings, seen)

    def forward(self, embeddings: Tensor, seen: Tensor | None = None) -> Tensor:
        """Embeddings [B,EMBEDDING], and what `seen` gives, -> tokens [B,count,width]."""
        x = self.expand(embeddings)
        if self.name is not None and seen is not None:
            x = x + self.name(seen)
        return self.norm(x.view(embeddings.shape[0], self.count, self.width)) + self.position


class Decoder(nn.Module):
    def __init__(self, config: DecoderConfig, vocabulary: int, channels: int, cells: int, sentence_tokens: int = 0,
                 classes: int = 0):  # fmt: skip
        super().__init__()
        self.width = config.width
        self.heads = config.heads

        self.dropout = config.dropout
        self.max_tokens = config.max_tokens
        self.visual = nn.Linear(channels, config.width)
        self.visual_norm = nn.LayerNorm(config.width)
        self.visual_position = nn.Parameter(torch.zeros(cells, config.width))
        self.sentence = (
            SentenceTokens(channels, config.width, sentence_tokens, classes) if sentence_tokens else None
        )
        self.token = nn.Embedding(vocabulary, config.width)
        self.position = nn.Embedding(config.max_tokens + 1, config.width)
        self.blocks = cast(
            "Sequence[Block]", nn.ModuleList(Block(config.width, config.heads, config.dropout) for _ in range(config.layers))
        )
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, vocabulary, bias=False)
        self.apply(self._initialize)
        self.head.weight = self.token.weight  # tied, as in GPT-2
        nn.init.normal_(self.visual_position, std=0.02)
        if self.sentence is not None:
            nn.init.normal_(self.sentence.position, std=0.02)
            if self.sentence.name is not None:
                nn.init.zeros_(self.sentence.name.weight)  # a decoder that did not know them begins as it was
        for block in self.blocks:
            for layer in (block.project, block.contract):
                nn.init.normal_(layer.weight, std=0.02 / (2 * config.layers) ** 0.5)

    @property
    def prefix_length(self) -> int:
        """Visual tokens of a picture."""
        return len(self.visual_position) + (self.sentence.count if self.sentence is not None else 0)

    @staticmethod
    def _initialize(module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def prefix(self, features: Tensor, embeddings: Tensor | None = None) -> Prefix:
        """Features [B,P,channels] -> keys and values of the visual tokens at each layer, each [B,H,P',C/H].

        `embeddings` [B,EMBEDDING] stand for those that `sentence` would predict from the features.
        """
        x = self.visual_norm(self.visual(features)) + self.visual_position
        if self.training:
            x = x[:, torch.rand(x.shape[1]) >= CELL_DROPOUT]
        if self.sentence is not None:
            x = torch.cat([self.sentence.of_picture(features, embeddings).to(x.dtype), x], 1)
        return self._look(x)

    def sentence_prefix(self, embeddings: Tensor) -> Prefix:
        """The same for a picture of which nothing but an embedding [B,EMBEDDING] is known."""
        assert self.sentence is not None
        return self._look(self.sentence(embeddings))

    def _look(self, x: Tensor) -> Prefix:
        x = F.dropout(x, self.dropout, self.training)
        return [block.look(x) for block in self.blocks]

    def forward(self, tokens: Tensor, prefix: Prefix | None = None,
                owner: Tensor | None = None) -> Tensor:  # fmt: skip
        """Tokens [N,T] -> the last hidden states [N,T,C]; `logits` turns those into next-token scores.

        `owner` [N] names the picture each caption belongs to.
        """
        t = tokens.shape[1]
        x = self.token(tokens) + self.position(torch.arange(t, device=tokens.device))
        x = F.dropout(x, self.dropout, self.training)
        mask = torch.ones(t, t, dtype=torch.bool, device=tokens.device).tril()
        if prefix is not None:
            seen = prefix[0][0].shape[2]
            mask = torch.cat([mask.new_ones(t, seen), mask], dim=1)
        for i, block in enumerate(self.blocks):
            query, key, value = block.split(x)
            if prefix is not None:
                assert owner is not None
                key = torch.cat([prefix[i][0].index_select(0, owner), key], dim=2)
                value = torch.cat([prefix[i][1].index_select(0, owner), value], dim=2)
            x = block.finish(x, F.scaled_dot_product_attention(query, key, value, attn_mask=mask))
        return x

    def logits(self, hidden: Tensor) -> Tensor:
        return self.head(self.norm(hidden))
