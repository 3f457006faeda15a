"""The screens by which a network writes its pages, news and banners."""
