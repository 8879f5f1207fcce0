"""How areas speak to each other: their keys, and messages that are signed by one area and sealed to another."""
