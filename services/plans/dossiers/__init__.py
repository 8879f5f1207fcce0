"""What another area needs to go on with a young person's aftercare, sent once per handoff and noted."""
