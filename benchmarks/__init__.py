"""What sharebot costs, measured beside what cannot be saved: `make bench`. README.md says how to read it."""
