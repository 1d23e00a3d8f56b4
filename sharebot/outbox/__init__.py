"""The ledger of deliveries: every change a compare-and-set, every change an event."""
