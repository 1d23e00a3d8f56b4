"""sharebot turns every newsletter issue into the right posts, on every network, at the right time, exactly once."""

__version__ = "0.1.0"
