"""What doctor looks at: one file a group of checks, each of which yields findings and raises nothing."""
