/* Needs a function that nobody has. */
int nowhere_to_be_found(void);
int main(void) { return nowhere_to_be_found(); }
