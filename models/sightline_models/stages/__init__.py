"""The training stages, one module each; every module has `run(space, captioner)`, where its result is saved by the Trainer."""
