"""`jatkumo demo`: a young person moves twice, and aftercare goes on; told in a terminal."""
