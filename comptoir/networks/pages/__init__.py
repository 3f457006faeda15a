"""What a network says to everybody: its pages, its news, the pictures in them, its banners."""
