"""The version of the distribution; a file of its own, so that any floor may ask for it."""

__version__ = "0.1.0"
