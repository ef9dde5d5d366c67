"""One inheritable test class a port: an adapter proves itself by it, ours and a stranger's alike."""
