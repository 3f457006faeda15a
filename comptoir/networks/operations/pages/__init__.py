"""What is done to the pages, the news, the pictures and the banners of a network."""
