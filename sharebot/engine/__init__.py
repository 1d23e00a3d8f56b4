"""Who calls the publisher, and when."""
