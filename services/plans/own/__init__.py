"""What a young person sees of her own aftercare, and nothing else."""
