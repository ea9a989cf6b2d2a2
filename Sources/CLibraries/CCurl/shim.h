// curl's variadic functions, one for each kind of argument: Swift imports no variadic function.
#ifndef FRESHET_CCURL_H
#define FRESHET_CCURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

typedef size_t (*fr_curl_bytes)(char *, size_t, size_t, void *);
typedef int (*fr_curl_progress)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode fr_curl_set_long(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode fr_curl_set_offset(CURL *h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode fr_curl_set_text(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode fr_curl_set_bytes(CURL *h, CURLoption o, const void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode fr_curl_set_pointer(CURL *h, CURLoption o, void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode fr_curl_set_list(CURL *h, CURLoption o, struct curl_slist *v) { return curl_easy_setopt(h, o, v); }
// For CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION.
static inline CURLcode fr_curl_set_callback(CURL *h, CURLoption o, fr_curl_bytes v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode fr_curl_set_progress(CURL *h, fr_curl_progress v) {
  return curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, v);
}
static inline CURLcode fr_curl_get_long(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode fr_curl_get_text(CURL *h, CURLINFO i, const char **v) { return curl_easy_getinfo(h, i, (char **)v); }
static inline CURLcode fr_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

#endif
