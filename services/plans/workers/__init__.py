"""Workers: who is here, who has room, and how one who leaves hands every case on."""
