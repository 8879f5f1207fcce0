"""To whom a plan is given, part by part and on which basis; when it was delivered, and when it was read."""
