"""TinyLab: a desktop laboratory for small machine learning on real boards."""

__version__ = "0.1.0"
