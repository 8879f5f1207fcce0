"""The three phases of client planning, cycle after cycle, and the checklist of each."""
