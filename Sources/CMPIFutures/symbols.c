/* Linkers mark the ends of sections with symbols, and gold, which Swift's compiler uses, exports them. What mentions
 * them as hidden keeps them in the library: what it exports to C is what mpifutures.h declares. */
__asm__(".hidden __bss_start, _edata, _end");
