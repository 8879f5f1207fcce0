"""Who a young person is: identity, and what may be known of it."""
