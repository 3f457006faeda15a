"""What is printed of a day's post: packing slips, address labels, what customs ask."""
