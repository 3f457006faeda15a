"""A person gets or erases what is kept of them, alone: by a link to their address."""
