"""NATS configuration of the hub and of every area, made from one list of areas; pure, no I/O."""
