// HDF5's macros hide globals and casts that Swift cannot see.
#ifndef FRESHET_CHDF5_H
#define FRESHET_CHDF5_H

#include <hdf5.h>

// No message on standard error for this thread.
static inline void fr_h5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// Opens a file read only. A file that is open already must be opened with the same rule for closing.
static inline hid_t fr_h5_open(const char *path) {
  const H5F_close_degree_t degrees[3] = {H5F_CLOSE_STRONG, H5F_CLOSE_SEMI, H5F_CLOSE_DEFAULT};
  hid_t file = -1;
  for (int i = 0; i < 3 && file < 0; i++) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0) return -1;
    if (H5Pset_fclose_degree(access, degrees[i]) >= 0) file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
  }
  return file;
}

// The type of a number in memory.
static inline hid_t fr_h5_double(void) { return H5T_NATIVE_DOUBLE; }

#endif
