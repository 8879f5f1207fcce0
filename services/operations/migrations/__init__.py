"""Schema changes of the operations view."""
