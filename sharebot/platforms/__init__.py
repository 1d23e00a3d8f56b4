"""One file a network: its Settings, rules, publish and find."""
