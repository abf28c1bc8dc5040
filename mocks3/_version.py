"""The version, in the one place that the build, the package and the documentation read."""

__version__ = "0.2.0"
