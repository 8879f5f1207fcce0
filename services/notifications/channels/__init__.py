"""The ways a message reaches somebody: the inbox on disk, e-mail; and the deliveries that are on their way."""
