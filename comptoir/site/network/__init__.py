"""What a network says to everybody: its pages, its news, their pictures."""
