"""What an operator does from a terminal: dead letters, and rebuilding a lost stream."""
