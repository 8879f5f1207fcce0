"""One machine that plays several areas and the hub: servers from their wheels, every service its own process."""
