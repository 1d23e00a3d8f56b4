"""Crafts of words: count, split, summarise, compose. No I/O, no clock, no randomness."""
