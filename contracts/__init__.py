"""What services and areas say to each other: typed messages, subjects, areas. No I/O; imports nothing of the project."""
