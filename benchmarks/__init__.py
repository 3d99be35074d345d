"""How fast it is: each case measures the product's own processes and says whether its limits are kept."""
