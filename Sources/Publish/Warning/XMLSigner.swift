import CXMLSecurity
public import Hydromet

/// Signs XML messages with a key in a file: an enveloped signature (XML Signature, SHA-256) as the last
/// child of the root, with RSA or an elliptic curve, whichever the key is.
public final class XMLSigner: @unchecked Sendable {
  // The key is read only after `init`; every signature works on a copy of it.
  private let key: xmlSecKeyPtr
  private let isRSA: Bool

  /// - Parameters:
  ///   - keyFile: a private key in PEM, without a password: RSA (2048 bits and more) or EC.
  ///   - certificateFile: its certificate in PEM, put into every signature; nil for none.
  /// - Throws: `no_signing_key`, `open_signing_key` (others may read the file), `no_certificate`.
  public init(keyFile: String, certificateFile: String? = nil) throws(Fault) {
    try XMLSecurityLibrary.prepare()
    try XMLSigner.checkAccess(keyFile)
    guard
      let key = xmlSecOpenSSLAppKeyLoad(keyFile, xmlSecKeyDataFormatPem, nil, nil, nil)
    else {
      throw Fault(
        "no_signing_key", at: .init(keyFile), "this is no private key in PEM without a password",
        remedy: "make one: openssl ecparam -name prime256v1 -genkey -noout -out signing-key.pem")
    }
    self.key = key
    isRSA = fr_is_rsa(key) == 1
    guard isRSA || fr_is_ecdsa(key) == 1 else {
      throw Fault(
        "no_signing_key", at: .init(keyFile), "the key is neither RSA nor on an elliptic curve",
        remedy: "make one: openssl ecparam -name prime256v1 -genkey -noout -out signing-key.pem")
    }
    if let certificateFile, !XMLSigner.takeCertificate(certificateFile, key) {
      throw Fault(
        "no_certificate", at: .init(certificateFile), "this is no certificate of the key in PEM",
        remedy: "name the certificate that belongs to the key, or none")
    }
    hasCertificate = certificateFile != nil
  }

  /// - Returns: false for what is no certificate, or another key's: nobody could verify with it.
  private static func takeCertificate(_ path: String, _ key: xmlSecKeyPtr) -> Bool {
    guard
      let stated = xmlSecOpenSSLAppKeyLoad(path, xmlSecKeyDataFormatCertPem, nil, nil, nil)
    else { return false }
    defer { xmlSecKeyDestroy(stated) }
    return fr_is_same_public_key(stated, key) == 1
      && xmlSecOpenSSLAppKeyCertLoad(key, path, xmlSecKeyDataFormatPem) >= 0
  }

  private let hasCertificate: Bool

  deinit { xmlSecKeyDestroy(key) }

  private static func checkAccess(_ path: String) throws(Fault) {
    guard let mode = FileSystem.permissions(path) else {
      throw Fault(
        "no_signing_key", at: .init(path), "the file of the signing key cannot be found",
        remedy: "name the file in district.yaml under warning, or take the line away")
    }
    guard mode & 0o077 == 0 else {
      throw Fault(
        "open_signing_key", at: .init(path), "others than its owner may read the signing key",
        remedy: "chmod 600 \(path)")
    }
  }

  /// The document with its signature.
  public func signed(_ bytes: [UInt8], name: String) throws(Fault) -> [UInt8] {
    let document = try XMLDocument(bytes, name: name)
    guard let root = xmlDocGetRootElement(document.pointer) else { throw failed(name) }
    guard
      let signature = xmlSecTmplSignatureCreate(
        document.pointer, fr_exclusive_c14n(), isRSA ? fr_rsa_sha256() : fr_ecdsa_sha256(), nil),
      xmlAddChild(root, signature) != nil,
      let reference = xmlSecTmplSignatureAddReference(signature, fr_sha256(), nil, "", nil),
      xmlSecTmplReferenceAddTransform(reference, fr_enveloped()) != nil,
      xmlSecTmplReferenceAddTransform(reference, fr_exclusive_c14n()) != nil,
      addKeyInformation(to: signature)
    else { throw failed(name) }
    guard let context = xmlSecDSigCtxCreate(nil), let copy = xmlSecKeyDuplicate(key) else {
      throw failed(name)
    }
    defer { xmlSecDSigCtxDestroy(context) }
    context.pointee.signKey = copy
    guard xmlSecDSigCtxSign(context, signature) >= 0 else { throw failed(name) }
    var buffer: UnsafeMutablePointer<xmlChar>?
    var count: Int32 = 0
    xmlDocDumpMemoryEnc(document.pointer, &buffer, &count, "UTF-8")
    guard let buffer else { throw failed(name) }
    defer { fr_free(buffer) }
    return Array(UnsafeBufferPointer(start: buffer, count: Int(count)))
  }

  /// The certificate, or else an RSA key itself. The library cannot write curve keys: readers of such
  /// signatures get the key from the office.
  private func addKeyInformation(to signature: xmlNodePtr) -> Bool {
    guard hasCertificate || isRSA else { return true }
    guard let information = xmlSecTmplSignatureEnsureKeyInfo(signature, nil) else { return false }
    return hasCertificate
      ? xmlSecTmplKeyInfoAddX509Data(information) != nil
      : xmlSecTmplKeyInfoAddKeyValue(information) != nil
  }

  private func failed(_ name: String) -> Fault {
    Fault(
      "cannot_sign", at: .init(name), "the message could not be signed",
      remedy: "check the signing key with `xmlsec1 --sign`; nothing was released")
  }
}
