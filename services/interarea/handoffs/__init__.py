"""Handing a young person's services from one area to another: the machine, what it stores, what it says."""
