// Counts what the tests allocate: these functions stand before those of the C library, and call them.
#include "allocations.h"

#include <stddef.h>

#if defined(__GLIBC__) || defined(__linux__)
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *piece, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static __thread long allocations;

void *malloc(size_t size) {
  allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *piece, size_t size) {
  allocations++;
  return __libc_realloc(piece, size);
}

int posix_memalign(void **piece, size_t alignment, size_t size) {
  allocations++;
  *piece = __libc_memalign(alignment, size);
  return *piece ? 0 : 12;
}

long fr_allocations(void) { return allocations; }
#else
long fr_allocations(void) { return -1; }
#endif
