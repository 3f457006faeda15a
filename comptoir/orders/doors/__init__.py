"""What closed doors do to orders: how far they follow, and what mails say."""
