#ifndef FRESHET_ALLOCATIONS_H
#define FRESHET_ALLOCATIONS_H

/// Pieces of memory that the calling thread has asked for so far; -1 where nobody counts.
long fr_allocations(void);

#endif
