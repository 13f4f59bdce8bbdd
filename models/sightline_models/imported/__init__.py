"""Captioners of other people, read from local Hugging Face folders and written as bundles.

folder -> Tensors, configuration, licence; architectures -> the two networks that a bundle holds; int8 -> smaller layers;
pictures and tokens -> what the manifest says of input and text; command -> the bundle. Nothing in the folder is executed.
"""
