"""A local stand-in for the networks: their rules, their faults, a timeline to look at."""
