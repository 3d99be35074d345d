"""The stream over plain HTTP: pushed without an end, waited for, or asked for in pieces."""
