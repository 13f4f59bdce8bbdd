"""Command line: python -m sightline_models train|average|teach|export|calibrate|evaluate|golden|import."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
STAGES = ("vision", "sentence", "language", "frozen", "joint", "sequence")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sightline_models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--config", type=Path, default=HERE / "configs" / "base.toml", help="model configuration")
        if name != "golden":
            command.add_argument("--data", type=Path, default=os.environ.get("SIGHTLINE_DATA"),
                                 required="SIGHTLINE_DATA" not in os.environ,
                                 help="folder of captions.jsonl and photos/ [SIGHTLINE_DATA]")  # fmt: skip
        command.add_argument("--work", type=Path, default=HERE / "work", help="folder of checkpoints and caches")
        command.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads")
        return command

    command = add("train", "Train one stage or all; a stopped run continues from its checkpoint.")
    command.add_argument("--stage", choices=(*STAGES, "all"), default="all")
    command.add_argument("--teacher", default="", help="vision stage: imagenet:NAME,..., clip:FOLDER, yolox:FILE or "
                         "itself, joined by +, instead of the configuration's")  # fmt: skip
    command.add_argument("--initialize", default="", help="first stage: gpt2:FOLDER, a local Hugging Face (Distil)GPT-2, or "
                         "bundle:FILE, a released int8 bundle")
    command.add_argument("--again", action="store_true", help="go on from the stage's own result, for as long once more")
    command = add("average", "Average a stage's result with an earlier one, and write it in place of the result.")
    command.add_argument("--stage", choices=STAGES, required=True)
    command.add_argument("--earlier", type=Path, required=True, help="a copy of NAME.pt that was made before `train --again`, "
                         "another run's, or initial.pt")
    command.add_argument("--share", type=float, default=0.5, help="of the present result, 0 to 1")
    command = add("teach", "Write a teacher's lessons: captions for the photographs without, next-token probabilities.")
    command.add_argument("--teacher", default="", help="hf:FOLDER, a local Hugging Face captioner, or bundle:FILE, which "
                         "--program runs, instead of --config's")  # fmt: skip
    command.add_argument("--program", type=Path, help="sightline program that runs --teacher bundle:FILE")
    command.add_argument("--score", choices=("dev", "test"), help="score the teacher on this split instead")
    command.add_argument("--with", dest="others", type=Path, nargs="*", default=[],
                         help="configurations whose captioners are averaged with --config's")  # fmt: skip
    command = add("export", "Quantize a trained captioner and write its fp32 and int8 bundles into the work folder.")
    command.add_argument("--stage", choices=STAGES, help="weights to take (default: the last trained)")
    command.add_argument("--observer", choices=("histogram", "minmax", "percentile"), default="histogram",
                         help="how the activations' ranges are found")  # fmt: skip
    command.add_argument("--metrics", type=Path, help="JSON file of measured figures to put into the manifest")
    command.add_argument("--release", type=Path, help="folder that also gets the int8 bundle, as the shipped one")
    command = add("evaluate", "Caption a split and score it with pycocoevalcap (needs Java).")
    command.add_argument("--bundle", type=Path, default=HERE / "sightline-base.pt", help="bundle to score")
    command.add_argument("--program", type=Path, help="sightline program that makes the captions (default: Python)")
    command.add_argument("--split", choices=("dev", "dev-everyday", "test"), default="dev")
    command.add_argument("--beams", type=int, default=0, help="beams; 0: the bundle's own default")
    command.add_argument("--limit", type=int, default=0, help="only the first N photographs")
    command.add_argument("--show", type=int, default=0, help="print N captions, chosen by a fixed seed, with references")
    command.add_argument("--robustness", action="store_true", help="also caption transformed photographs")
    command.add_argument("--clips", action="store_true", help="also annotate a video of the photographs, each seen in motion")
    command.add_argument("--reference-bundle", type=Path, help="second bundle to compare with (say fp32), by Python")
    command.add_argument("--output", type=Path, help="JSON file for figures, intervals, captions and confidences")

    command = add("calibrate", "Find how often captions of each confidence are right, and write it into a bundle (needs Java).")
    command.add_argument("--bundle", type=Path, default=HERE / "sightline-base.pt", help="bundle to measure and to write to")
    command.add_argument("--program", type=Path, required=True, help="sightline program that makes the captions")
    command = add("golden", "Write the reference files of the C++ tests; after each release.")
    command.add_argument("--bundle", type=Path, default=HERE / "sightline-base.pt", help="bundle whose captions are golden")
    command.add_argument("--output", type=Path, default=HERE.parent / "tests" / "data", help="folder of the test data")

    command = commands.add_parser("import", help="Make a bundle of a Hugging Face captioner in a local folder.",
                                  description="Make a bundle of a Hugging Face captioner in a local folder (IMPORT.md).")  # fmt: skip
    command.add_argument("folder", type=Path, help="folder of config.json, safetensors, tokenizer and preprocessor files")
    command.add_argument("--precision", choices=("int8", "bf16", "fp32"), default="int8", help="number format of the weights")
    command.add_argument("--bf16-layers", type=int, default=4, help="int8: layers that stay bfloat16, those that lose most")
    command.add_argument("--prompt", default="",
                         help='words that every caption begins with, such as "a picture of"; those that SmolVLM is asked')  # fmt: skip
    command.add_argument("--longest", type=int, default=0, help="most tokens of a caption; 0: as the folder says")
    command.add_argument("--beams", type=int, default=0, help="beams of its search; 0: as the folder says")
    command.add_argument("-o", "--output", type=Path, help="bundle to write [FOLDER-PRECISION.pt]")
    command.add_argument("--threads", type=int, default=os.cpu_count(), help="CPU threads")

    arguments = parser.parse_args()
    # Imported late: help and usage errors should not wait for PyTorch.
    if arguments.command == "train":
        from .train import train as run
    elif arguments.command == "average":
        from .average import average as run
    elif arguments.command == "teach":
        from .teach import teach as run
    elif arguments.command == "export":
        from .export import export as run
    elif arguments.command == "calibrate":
        from .calibrate import calibrate as run
    elif arguments.command == "evaluate":
        from .evaluate import evaluate as run
    elif arguments.command == "import":
        from .imported.command import import_folder as run
    else:
        from .golden import golden as run
    run(arguments)


if __name__ == "__main__":
    main()
