"""What was said about a published plan, by the young person or a recipient, and how each was answered (R47)."""
