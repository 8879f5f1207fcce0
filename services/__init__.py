"""The services of an area, each on its own, over the chassis that they share."""
