"""The 3X10D questions on satisfaction: offered, answered or not, each question by itself, never added up."""
