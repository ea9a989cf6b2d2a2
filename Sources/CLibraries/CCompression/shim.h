#include <bzlib.h>
#include <zlib.h>

/* A macro that does not import. 15 + 32: a zlib or gzip header, whichever stands there. */
static inline int fr_inflate_begin(z_stream *stream) { return inflateInit2(stream, 15 + 32); }
static inline int fr_inflate_again(z_stream *stream) { return inflateReset(stream); }
