"""Sharebot beside programs that do a part of its work, on the same issue and with the same mishaps."""
