"""Between shops: colleagues' stock, customers passed on, copies asked for and sent over."""
