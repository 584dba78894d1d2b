/* A library that is no program. */
int answer(void) { return 42; }
