/// Sixteen lanes: the operations that the kernels are written in.
///
/// Every function is inlined into the kernel that calls it and compiled for that kernel's instruction
/// set. All of them are exact (integers, comparisons, one rounding each), so that every instruction
/// set gives the same bits. Loads need no alignment beyond that of one number.
#ifndef FRESHET_LANES_H
#define FRESHET_LANES_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define FR_INLINE static inline __attribute__((always_inline))

typedef int32_t fr_i32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t fr_u32x16 __attribute__((ext_vector_type(16)));
typedef int32_t fr_i32x8 __attribute__((ext_vector_type(8)));
typedef float fr_f32x8 __attribute__((ext_vector_type(8)));
typedef float fr_f32x16 __attribute__((ext_vector_type(16)));
typedef double fr_f64x8 __attribute__((ext_vector_type(8)));
typedef uint64_t fr_u64x8 __attribute__((ext_vector_type(8)));
typedef uint16_t fr_u16x8 __attribute__((ext_vector_type(8)));
typedef uint16_t fr_u16x16 __attribute__((ext_vector_type(16)));
typedef uint8_t fr_u8x16 __attribute__((ext_vector_type(16)));

typedef int32_t fr_i32x16_anywhere __attribute__((ext_vector_type(16), aligned(4)));
typedef uint32_t fr_u32x16_anywhere __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t fr_i32x8_anywhere __attribute__((ext_vector_type(8), aligned(4)));
typedef float fr_f32x8_anywhere __attribute__((ext_vector_type(8), aligned(4)));
typedef float fr_f32x16_anywhere __attribute__((ext_vector_type(16), aligned(4)));
typedef uint16_t fr_u16x8_anywhere __attribute__((ext_vector_type(8), aligned(2)));
typedef uint16_t fr_u16x16_anywhere __attribute__((ext_vector_type(16), aligned(2)));
typedef uint8_t fr_u8x16_anywhere __attribute__((ext_vector_type(16), aligned(1)));

/// The weights of many regions on one grid, as the kernels read them.
///
/// A place is row * 65536 + column. Patch p covers two rows and eight columns from its place; its
/// sixteen weights stand at weights[16 p], the upper row first, 0 for a cell that does not count.
/// Strip s covers at least sixteen cells of one row, each with the weight strip_weights[s].
/// The patches of region r are those from patch_offsets[r] to before patch_offsets[r + 1].
/// Weights are below 2^31 and those of a region add up to at most 2^40.
typedef struct {
  const uint32_t *patch_offsets;
  const uint32_t *patches;
  const uint32_t *weights;
  const uint32_t *strip_offsets;
  const uint32_t *strips;
  const uint32_t *strip_lengths;
  const uint32_t *strip_weights;
} fr_weights;

/// What a region adds up to where cells may lack some or all of their frames.
typedef struct {
  /// Sum of weight times value over the cells with a frame.
  uint64_t sum;
  /// Sum of the weights of the cells with a frame.
  uint64_t weight;
  /// Sum of weight times the number of frames that arrived.
  uint64_t received;
  /// The largest value of a cell with a frame; -1 where none has one.
  int32_t largest;
} fr_partial_sums;

/// How the numbers in a grid of counts become frames received: base + count or base - count, at
/// least 0 and at most expected.
typedef struct {
  int32_t base;
  /// -1 where the counts count, 0 where every cell has the base.
  int32_t mask;
  /// 0 to add, -1 to subtract.
  int32_t negates;
  int32_t expected;
} fr_frame_rule;

/// What a region adds up to over a field of floats, where missing is NaN.
typedef struct {
  double sum;
  uint64_t weight;
  float largest;
} fr_field_sums;

/// What a tile of a frame holds.
typedef struct {
  int32_t largest;
  int32_t missing;
} fr_tile_summary;

/// The gauges around one place and what was solved for them, as the kernels read it. Coordinates are
/// kilometres, in the same system as those of the cells.
typedef struct {
  /// Gauges, at least one.
  int32_t count;
  const float *x;
  const float *y;
  /// What each gauge counts: dual weights of kriging, or its value for inverse distances.
  const float *weights;
  /// A second value of each gauge, for inverse distances only.
  const float *others;
  /// 1 over the range of the covariance, 1/km.
  float inverse_range;
  /// Covariance at distance 0 without the nugget, of a sill of 1.
  float sill;
  /// Lower triangle of the inverse covariance of the gauges, row by row, each row as long as there are
  /// gauges; what is not on the diagonal is doubled.
  const float *inverse;
  /// Inverse covariance times trend: all gauges for the constant, then all gauges for the drift.
  const float *gain;
  /// The trend: a constant, and a slope over the drift less its origin.
  float constant;
  float slope;
  float origin;
  /// Covariance of constant and slope: of the constant, twice that of both, of the slope.
  float trend_constant;
  float trend_both;
  float trend_slope;
} fr_neighbourhood;

FR_INLINE fr_i32x16 fr_i32_zero(void) { return (fr_i32x16)0; }
FR_INLINE fr_i32x16 fr_i32_all(int32_t v) { return (fr_i32x16)v; }
FR_INLINE fr_u64x8 fr_u64_zero(void) { return (fr_u64x8)0; }
FR_INLINE fr_f64x8 fr_f64_zero(void) { return (fr_f64x8)0; }
FR_INLINE fr_f32x16 fr_f32_all(float v) { return (fr_f32x16)v; }
FR_INLINE fr_u32x16 fr_lane_numbers(void) {
  return (fr_u32x16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

FR_INLINE fr_i32x16 fr_load_i32(const int32_t *p) { return *(const fr_i32x16_anywhere *)p; }
FR_INLINE fr_u32x16 fr_load_u32(const uint32_t *p) { return *(const fr_u32x16_anywhere *)p; }
FR_INLINE fr_f32x16 fr_load_f32(const float *p) { return *(const fr_f32x16_anywhere *)p; }
FR_INLINE fr_i32x16 fr_load_counts(const uint16_t *p) {
  return __builtin_convertvector(*(const fr_u16x16_anywhere *)p, fr_i32x16);
}
FR_INLINE void fr_store_i32(int32_t *p, fr_i32x16 v) { *(fr_i32x16_anywhere *)p = v; }
FR_INLINE void fr_store_u16(uint16_t *p, fr_i32x16 v) {
  *(fr_u16x16_anywhere *)p = __builtin_convertvector(v, fr_u16x16);
}
FR_INLINE void fr_store_u8(uint8_t *p, fr_i32x16 v) {
  *(fr_u8x16_anywhere *)p = __builtin_convertvector(v, fr_u8x16);
}
FR_INLINE fr_i32x16 fr_load_u8(const uint8_t *p) {
  return __builtin_convertvector(*(const fr_u8x16_anywhere *)p, fr_i32x16);
}

/// Eight cells of one row and the eight below them.
FR_INLINE fr_i32x16 fr_load_patch(const int32_t *p, long stride) {
  fr_i32x8 upper = *(const fr_i32x8_anywhere *)p;
  fr_i32x8 lower = *(const fr_i32x8_anywhere *)(p + stride);
  return __builtin_shufflevector(upper, lower, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
FR_INLINE fr_f32x16 fr_load_patch_f32(const float *p, long stride) {
  fr_f32x8 upper = *(const fr_f32x8_anywhere *)p;
  fr_f32x8 lower = *(const fr_f32x8_anywhere *)(p + stride);
  return __builtin_shufflevector(upper, lower, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
FR_INLINE fr_i32x16 fr_load_patch_counts(const uint16_t *p, long stride) {
  fr_u16x8 upper = *(const fr_u16x8_anywhere *)p;
  fr_u16x8 lower = *(const fr_u16x8_anywhere *)(p + stride);
  return __builtin_convertvector(
      __builtin_shufflevector(upper, lower, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      fr_i32x16);
}

/// Masks: all bits of a lane, or none.
FR_INLINE fr_i32x16 fr_counts(fr_u32x16 w) { return (fr_i32x16)(w != 0); }
FR_INLINE fr_i32x16 fr_positive(fr_i32x16 v) { return v > 0; }
FR_INLINE fr_i32x16 fr_negative(fr_i32x16 v) { return v >> 31; }
FR_INLINE fr_i32x16 fr_at_least(fr_i32x16 v, fr_i32x16 t) { return v >= t; }
FR_INLINE fr_i32x16 fr_at_least_f32(fr_f32x16 v, fr_f32x16 t) { return v >= t; }
FR_INLINE fr_i32x16 fr_known(fr_f32x16 v) { return v == v; }
FR_INLINE fr_i32x16 fr_last_lanes(uint32_t n) { return (fr_i32x16)(fr_lane_numbers() >= (fr_u32x16)(16 - n)); }
FR_INLINE fr_i32x16 fr_and(fr_i32x16 a, fr_i32x16 b) { return a & b; }
FR_INLINE fr_i32x16 fr_and_not(fr_i32x16 a, fr_i32x16 b) { return a & ~b; }
FR_INLINE fr_i32x16 fr_or(fr_i32x16 a, fr_i32x16 b) { return a | b; }
FR_INLINE fr_u32x16 fr_only(fr_u32x16 w, fr_i32x16 mask) { return w & (fr_u32x16)mask; }
FR_INLINE fr_f32x16 fr_only_f32(fr_f32x16 v, fr_i32x16 mask) {
  return (fr_f32x16)((fr_i32x16)v & mask);
}
/// a where the mask is set, else b.
FR_INLINE fr_i32x16 fr_select(fr_i32x16 mask, fr_i32x16 a, fr_i32x16 b) { return (mask & a) | (~mask & b); }
FR_INLINE fr_f32x16 fr_select_f32(fr_i32x16 mask, fr_f32x16 a, fr_f32x16 b) {
  return (fr_f32x16)((mask & (fr_i32x16)a) | (~mask & (fr_i32x16)b));
}

FR_INLINE fr_i32x16 fr_add(fr_i32x16 a, fr_i32x16 b) {
  return (fr_i32x16)((fr_u32x16)a + (fr_u32x16)b);
}
FR_INLINE fr_i32x16 fr_subtract(fr_i32x16 a, fr_i32x16 b) {
  return (fr_i32x16)((fr_u32x16)a - (fr_u32x16)b);
}
FR_INLINE fr_i32x16 fr_larger(fr_i32x16 a, fr_i32x16 b) { return __builtin_elementwise_max(a, b); }
FR_INLINE fr_i32x16 fr_smaller(fr_i32x16 a, fr_i32x16 b) { return __builtin_elementwise_min(a, b); }
FR_INLINE fr_f32x16 fr_larger_f32(fr_f32x16 a, fr_f32x16 b) {
  return fr_select_f32(b > a, b, a);
}
FR_INLINE void fr_store_f32(float *p, fr_f32x16 v) { *(fr_f32x16_anywhere *)p = v; }
FR_INLINE fr_f32x16 fr_smaller_f32(fr_f32x16 a, fr_f32x16 b) {
  return fr_select_f32(b < a, b, a);
}
FR_INLINE fr_f32x16 fr_root(fr_f32x16 v) { return __builtin_elementwise_sqrt(v); }
/// e to the power of -t for t of 0 and more, to seven digits; 0 to thirty digits beyond t = 80. Every
/// product and every sum is rounded by itself.
FR_INLINE fr_f32x16 fr_decay(fr_f32x16 t) {
#pragma clang fp contract(off)
  fr_f32x16 limit = (fr_f32x16)80.0f;
  fr_f32x16 safe = fr_select_f32(t < limit, t, limit);
  fr_f32x16 power = safe * -1.44269504f;
  fr_f32x16 shifted = power + 12582912.0f;
  fr_f32x16 whole = shifted - 12582912.0f;
  fr_f32x16 rest = power - whole;
  fr_f32x16 sum = rest * 0.000154035304f;
  sum = sum + 0.00133335581f;
  sum = sum * rest;
  sum = sum + 0.00961812911f;
  sum = sum * rest;
  sum = sum + 0.0555041087f;
  sum = sum * rest;
  sum = sum + 0.240226507f;
  sum = sum * rest;
  sum = sum + 0.693147181f;
  sum = sum * rest;
  sum = sum + 1.0f;
  fr_u32x16 exponent = ((fr_u32x16)shifted - 0x4B400000u) << 23;
  return (fr_f32x16)((fr_u32x16)sum + exponent);
}
/// The larger of two numbers where the mask is set, else a; b is not negative, nor is a.
FR_INLINE fr_i32x16 fr_larger_where(fr_i32x16 mask, fr_i32x16 a, fr_i32x16 b) {
#if defined(__AVX512F__)
  return mask ? fr_larger(a, b) : a;
#else
  return fr_larger(a, b & mask);
#endif
}
FR_INLINE fr_i32x16 fr_frames(fr_i32x16 count, fr_frame_rule rule) {
  fr_i32x16 sign = (fr_i32x16)rule.negates;
  fr_i32x16 frames = (fr_i32x16)rule.base + (((count & (fr_i32x16)rule.mask) ^ sign) - sign);
  return fr_smaller(fr_larger(frames, fr_i32_zero()), (fr_i32x16)rule.expected);
}

/// sum + weight * value, lane pairs together; numbers are taken as unsigned 32-bit.
FR_INLINE fr_u64x8 fr_add_products(fr_u64x8 sum, fr_u32x16 w, fr_i32x16 v) {
  fr_u64x8 a = (fr_u64x8)w, b = (fr_u64x8)v;
  fr_u64x8 even = (a & 0xFFFFFFFFull) * (b & 0xFFFFFFFFull);
  fr_u64x8 odd = (a >> 32) * (b >> 32);
  return sum + even + odd;
}
FR_INLINE fr_u64x8 fr_add_all(fr_u64x8 sum, fr_i32x16 v) {
  fr_u64x8 b = (fr_u64x8)v;
  return sum + (b & 0xFFFFFFFFull) + (b >> 32);
}
FR_INLINE fr_u64x8 fr_add_all_u32(fr_u64x8 sum, fr_u32x16 v) { return fr_add_all(sum, (fr_i32x16)v); }
/// Weights are below 2^31, so they convert as signed numbers.
FR_INLINE fr_f64x8 fr_add_products_f64(fr_f64x8 sum, fr_u32x16 w, fr_f32x16 v) {
  fr_i32x16 s = (fr_i32x16)w;
  fr_i32x8 wl = __builtin_shufflevector(s, s, 0, 1, 2, 3, 4, 5, 6, 7);
  fr_i32x8 wh = __builtin_shufflevector(s, s, 8, 9, 10, 11, 12, 13, 14, 15);
  fr_f32x8 vl = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
  fr_f32x8 vh = __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  fr_f64x8 low = __builtin_convertvector(wl, fr_f64x8) * __builtin_convertvector(vl, fr_f64x8);
  fr_f64x8 high = __builtin_convertvector(wh, fr_f64x8) * __builtin_convertvector(vh, fr_f64x8);
  return sum + (low + high);
}
FR_INLINE fr_f64x8 fr_add_all_f64(fr_f64x8 sum, fr_f32x16 v) {
  fr_f32x8 vl = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
  fr_f32x8 vh = __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  return sum + (__builtin_convertvector(vl, fr_f64x8) + __builtin_convertvector(vh, fr_f64x8));
}

/// Whole depths: value * scale rounded half away from zero, -2^31 where there is no depth (NaN, below
/// -1/2 or 2^31 - 1 and more).
FR_INLINE fr_i32x8 fr_depths(fr_f32x8 value, double scale) {
  typedef int64_t fr_i64x8 __attribute__((ext_vector_type(8)));
  fr_f64x8 depth = __builtin_convertvector(value, fr_f64x8) * scale;
  fr_i64x8 good = (depth > -0.5) & (depth < 2147483646.5);
  // Conversions of what is no number, or too large a one, are undefined: they get a harmless one.
  fr_f64x8 safe = (fr_f64x8)((fr_i64x8)depth & good);
  safe = (fr_f64x8)((fr_i64x8)safe & (fr_i64x8)(safe > 0));
  fr_i32x8 whole = __builtin_convertvector(safe, fr_i32x8);
  fr_f64x8 rest = safe - __builtin_convertvector(whole, fr_f64x8);
  whole -= __builtin_convertvector((fr_i64x8)(rest >= 0.5), fr_i32x8);
  fr_i32x8 keep = __builtin_convertvector(good, fr_i32x8);
  return (whole & keep) | (~keep & (fr_i32x8)INT32_MIN);
}
/// The whole part of a number between -1 and 2^31 - 1.
FR_INLINE int32_t fr_truncated(double number) { return (int32_t)number; }
FR_INLINE void fr_store_depths(int32_t *target, const float *values, double scale) {
  *(fr_i32x8_anywhere *)target = fr_depths(*(const fr_f32x8_anywhere *)values, scale);
}

typedef int64_t fr_i64x8_anywhere __attribute__((ext_vector_type(8), aligned(8)));
typedef double fr_f64x8_anywhere __attribute__((ext_vector_type(8), aligned(8)));

/// Whole quotients below 2^31 of sums and totals below 2^63, rounded half up; inverse is 1 / total. The
/// product with the inverse is at most one off, and is put right.
FR_INLINE void fr_store_quotients(
    int32_t *target, const uint64_t *sums, const uint64_t *totals, const double *inverses) {
  typedef int64_t fr_i64x8 __attribute__((ext_vector_type(8)));
  fr_i64x8 total = *(const fr_i64x8_anywhere *)totals;
  fr_i64x8 sum = *(const fr_i64x8_anywhere *)sums + (total >> 1);
  fr_f64x8 inverse = *(const fr_f64x8_anywhere *)inverses;
  fr_i64x8 quotient =
      __builtin_convertvector(__builtin_convertvector(sum, fr_f64x8) * inverse, fr_i64x8);
  fr_i64x8 product = (fr_i64x8)((fr_u64x8)quotient * (fr_u64x8)total);
  fr_i64x8 over = product > sum;
  quotient += over;
  product -= over & total;
  quotient -= (fr_i64x8)(sum - product >= total);
  *(fr_i32x8_anywhere *)target = __builtin_convertvector(quotient, fr_i32x8);
}

FR_INLINE uint64_t fr_sum(fr_u64x8 v) { return __builtin_reduce_add(v); }
/// Whether any bit of any lane is set.
FR_INLINE int fr_any(fr_i32x16 v) { return __builtin_reduce_or(v) != 0; }
FR_INLINE int32_t fr_all_bits(fr_i32x16 v) { return __builtin_reduce_or(v); }
FR_INLINE int32_t fr_sum_i32(fr_i32x16 v) { return __builtin_reduce_add(v); }
FR_INLINE int32_t fr_largest(fr_i32x16 v) { return __builtin_reduce_max(v); }
/// Pairs, then pairs of pairs: one order for every instruction set.
FR_INLINE double fr_sum_f64(fr_f64x8 v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}
FR_INLINE float fr_largest_f32(fr_f32x16 v) {
  float best = v[0];
  for (int i = 1; i < 16; i++) best = v[i] > best ? v[i] : best;
  return best;
}

/// Asks for what lies around an address; never faults.
FR_INLINE void fr_prefetch_near(const void *p) { __builtin_prefetch(p, 0, 3); }
FR_INLINE void fr_prefetch(const void *p) { __builtin_prefetch(p, 0, 2); }

/// Memory of zeros at a multiple of a page, which takes no room until it is written to; NULL where there
/// is none. Large pieces come in large pages where the system has them, so that walking over rows
/// costs no page walks. To be given back by fr_unmap with the same size.
FR_INLINE void *fr_map_zeroed(size_t size) {
  void *p = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return NULL;
#if defined(MADV_HUGEPAGE)
  if (size >= (size_t)8 << 20) (void)madvise(p, size, MADV_HUGEPAGE);
#endif
  return p;
}
/// Asks for large pages for fresh memory; the system need not comply, and small pieces stay as they are.
FR_INLINE void fr_prefer_large_pages(void *p, size_t size) {
#if defined(MADV_HUGEPAGE)
  if (size < (size_t)8 << 20) return;
  uintptr_t first = ((uintptr_t)p + 4095) / 4096 * 4096;
  uintptr_t end = ((uintptr_t)p + size) / 4096 * 4096;
  (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
#endif
}
FR_INLINE void fr_unmap(void *p, size_t size) {
  if (p) (void)munmap(p, size ? size : 1);
}

/// The widest instruction set of this processor: 0 baseline, 1 AVX2, 2 AVX-512.
FR_INLINE int fr_processor(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
    return 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("fma"))
    return 1;
#endif
  return 0;
}
FR_INLINE const char *fr_environment(const char *name) { return getenv(name); }

#endif
