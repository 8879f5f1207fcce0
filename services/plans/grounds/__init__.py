"""What a case stands on over time: placements, decisions and facts; the right is computed anew with them."""
