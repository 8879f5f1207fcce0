"""How Jatkumo is installed and run: the `jatkumo` command, the embedded stack, NATS configuration."""
