"""From bytes to an `Issue`: pure functions of a document."""
