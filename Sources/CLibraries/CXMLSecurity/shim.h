#include <string.h>
#include <libxml/xmlversion.h>
// The types of ICU would meet those of Foundation's own ICU wherever both are imported. Nothing here
// touches the converters that need them.
#undef LIBXML_ICU_ENABLED
#include <libxml/tree.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
// What pkg-config says of the library's build, and a package may not pass on as flags.
#define XMLSEC_NO_SIZE_T
#define XMLSEC_NO_CRYPTO_DYNAMIC_LOADING 1
#define XMLSEC_CRYPTO_OPENSSL 1
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/templates.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keysmngr.h>
#include <xmlsec/transforms.h>
#include <xmlsec/errors.h>
#include <xmlsec/openssl/evp.h>

// The names of algorithms are macros over functions, which Swift does not see.
static inline xmlSecTransformId fr_exclusive_c14n(void) { return xmlSecTransformExclC14NId; }
static inline xmlSecTransformId fr_enveloped(void) { return xmlSecTransformEnvelopedId; }
static inline xmlSecTransformId fr_sha256(void) { return xmlSecOpenSSLTransformSha256GetKlass(); }
static inline xmlSecTransformId fr_rsa_sha256(void) { return xmlSecOpenSSLTransformRsaSha256GetKlass(); }
static inline xmlSecTransformId fr_ecdsa_sha256(void) { return xmlSecOpenSSLTransformEcdsaSha256GetKlass(); }
static inline int fr_is_rsa(xmlSecKeyPtr key) {
  return xmlSecKeyDataCheckId(xmlSecKeyGetValue(key), xmlSecOpenSSLKeyDataRsaGetKlass());
}
static inline int fr_is_ecdsa(xmlSecKeyPtr key) {
  return xmlSecKeyDataCheckId(xmlSecKeyGetValue(key), xmlSecOpenSSLKeyDataEcdsaGetKlass());
}

// Whether two keys have the same public part.
static inline int fr_is_same_public_key(xmlSecKeyPtr a, xmlSecKeyPtr b) {
  EVP_PKEY *first = xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(a));
  EVP_PKEY *second = xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(b));
  return first != NULL && second != NULL && EVP_PKEY_eq(first, second) == 1;
}

// Parses bytes without the network, without entities of its own making and without speaking to stderr.
static inline xmlDocPtr fr_read_xml(const char *bytes, int count) {
  return xmlReadMemory(bytes, count, NULL, NULL,
                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
}
static inline int fr_has_doctype(xmlDocPtr document) {
  return xmlGetIntSubset(document) != NULL || document->extSubset != NULL;
}
static inline void fr_free(void *bytes) { xmlFree(bytes); }
static inline void fr_be_quiet(void) { xmlSecErrorsDefaultCallbackEnableOutput(0); }
