// Calls of Linux that Swift's Glibc module does not show: variadic ones, and those behind _GNU_SOURCE.
#ifndef FRESHET_CLINUX_H
#define FRESHET_CLINUX_H

#include <signal.h>
#include <spawn.h>

extern int prctl(int option, ...);
extern int renameat2(int, const char *, int, const char *, unsigned int);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

// The kernel kills this process when its parent ends (PR_SET_PDEATHSIG).
static inline int fr_die_with_parent(void) { return prctl(1, (unsigned long)SIGKILL, 0UL, 0UL, 0UL); }

// Exchanges two names of one file system in one step (RENAME_EXCHANGE, AT_FDCWD).
static inline int fr_exchange_names(const char *a, const char *b) { return renameat2(-100, a, -100, b, 2u); }

// A spawned child starts without any descriptor from `first` on.
static inline int fr_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

// A spawned child leads a process group of its own and starts with no signal blocked or ignored.
static inline int fr_own_group(posix_spawnattr_t *attributes) {
  sigset_t every, none;
  sigfillset(&every);
  sigemptyset(&none);
  if (posix_spawnattr_setsigdefault(attributes, &every)) return -1;
  if (posix_spawnattr_setsigmask(attributes, &none)) return -1;
  if (posix_spawnattr_setpgroup(attributes, 0)) return -1;
  return posix_spawnattr_setflags(
      attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

#endif
