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

// The descriptor that a file is read by; -1 where there is none.
static inline int fr_h5_descriptor(hid_t file) {
  void *handle = NULL;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == NULL) return -1;
  return *(int *)handle;
}

// The type of a number in memory.
static inline hid_t fr_h5_double(void) { return H5T_NATIVE_DOUBLE; }

static inline int fr_h5_has_link(hid_t file, const char *path) {
  return H5Lexists(file, path, H5P_DEFAULT) > 0;
}

static inline hid_t fr_h5_open_dataset(hid_t file, const char *path) {
  return H5Dopen2(file, path, H5P_DEFAULT);
}

// The numbers that netCDF knows, by netCDF's code: 1 byte, 3 short, 4 int, 5 float, 6 double, 7 ubyte,
// 8 ushort, 9 uint, 10 int64, 11 uint64. -1 for others.
static inline hid_t fr_h5_standard_type(int code, int is_big) {
  switch (code) {
    case 1: return is_big ? H5T_STD_I8BE : H5T_STD_I8LE;
    case 3: return is_big ? H5T_STD_I16BE : H5T_STD_I16LE;
    case 4: return is_big ? H5T_STD_I32BE : H5T_STD_I32LE;
    case 5: return is_big ? H5T_IEEE_F32BE : H5T_IEEE_F32LE;
    case 6: return is_big ? H5T_IEEE_F64BE : H5T_IEEE_F64LE;
    case 7: return is_big ? H5T_STD_U8BE : H5T_STD_U8LE;
    case 8: return is_big ? H5T_STD_U16BE : H5T_STD_U16LE;
    case 9: return is_big ? H5T_STD_U32BE : H5T_STD_U32LE;
    case 10: return is_big ? H5T_STD_I64BE : H5T_STD_I64LE;
    case 11: return is_big ? H5T_STD_U64BE : H5T_STD_U64LE;
    default: return -1;
  }
}

// The filter at a place of the pipeline, and its first parameter (0 where it has none); -1 on errors.
static inline int fr_h5_filter(hid_t creation, unsigned place, unsigned *parameter) {
  unsigned flags = 0, config = 0, values[8] = {0};
  size_t count = 8;
  H5Z_filter_t filter = H5Pget_filter2(creation, place, &flags, &count, values, 0, NULL, &config);
  *parameter = count > 0 ? values[0] : 0;
  return (int)filter;
}

// Bytes of a chunk as it is stored; 0 or negative where it was never written.
static inline int fr_h5_chunk_size(hid_t dataset, const hsize_t *origin, hsize_t *bytes) {
  *bytes = 0;
  return (int)H5Dget_chunk_storage_size(dataset, origin, bytes);
}

// A chunk as it is stored. Each bit of the mask says that a filter of the pipeline was left out.
static inline int fr_h5_read_chunk(
    hid_t dataset, const hsize_t *origin, uint32_t *mask, void *bytes) {
  return (int)H5Dread_chunk(dataset, H5P_DEFAULT, origin, mask, bytes);
}

#endif
