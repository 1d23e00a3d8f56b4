"""The command line: one file a noun, each a thin layer over `app`."""
