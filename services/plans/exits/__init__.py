"""How aftercare ends: the exit plan with those who receive her, the end itself, and opening the case again."""
