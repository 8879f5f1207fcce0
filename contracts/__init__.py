"""What services and areas say to each other: typed messages, subjects, areas. Imports nothing of the project."""
