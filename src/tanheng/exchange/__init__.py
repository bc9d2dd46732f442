"""What goes out to other systems and comes in from them; a package for each protocol, none knowing another."""
