"""The contacts that other areas have named for the young people whom this area placed."""
