#include <cairo.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
/* cairo depends on it; its own PNG writer has no choice of compression. */
#include <zlib.h>

/* Macros that do not import. */
static inline int fr_deflate_begin(z_stream *stream, int level, int strategy) {
  return deflateInit2(stream, level, Z_DEFLATED, 15, 9, strategy);
}
static inline void fr_release(gpointer object) { g_object_unref(object); }
