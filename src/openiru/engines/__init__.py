"""What is computed: arrays, tables and text in, arrays, tables and text out. Usable as a library without OpenIRU."""
