"""What is said to whom, and when; and what each recipient finds in their inbox."""
