"""What is asked for by an address alone, and answered by a mail to it."""
