"""What the review of certificate and key files can find.

:mod:`octavia_wizard.core.pki.judging.review` makes these findings itself and names the files; here
stands what each of them means.
"""

from __future__ import annotations

from octavia_wizard.core.findings.base import FindingInfo, error, note, warning

REVIEWED: tuple[FindingInfo, ...] = (
    error(
        "cert-missing",
        "certificates",
        "A certificate or key file is missing",
        "The playbooks copy it to the controllers, and Octavia reads it there.",
        "Give the path of an existing file.",
    ),
    error(
        "cert-unreadable",
        "certificates",
        "A certificate or key file cannot be read",
        "What cannot be read here the playbooks cannot copy, or Octavia cannot use.",
        "Check that it is PEM or PKCS#12, its passphrase and who may read it.",
    ),
    error(
        "cert-not-a-ca",
        "certificates",
        "The certificate is no certificate authority",
        "TLS refuses certificates that it signed.",
        "Use a certificate made with basicConstraints CA:TRUE.",
    ),
    error(
        "cert-client-is-a-ca",
        "certificates",
        "The client certificate is a certificate authority, or has the key of one",
        "Whoever has the controllers' key could sign certificates with it.",
        "Use a certificate made with basicConstraints CA:FALSE and a key of its own.",
    ),
    error(
        "cert-path-length",
        "certificates",
        "An authority allows fewer others below it than there are",
        "TLS refuses the whole chain.",
        "Have the root signed anew with a greater path length.",
    ),
    error(
        "cert-name-constraints",
        "certificates",
        "An authority may not sign for the names that are needed",
        "An amphora's certificate is made out to its ID, which nobody permits beforehand; and "
        "amphorae refuse a client certificate with names its authorities may not sign for.",
        "Use an authority without nameConstraints, or have the client certificate made out to a "
        "name that is allowed.",
    ),
    error(
        "cert-key-usage",
        "certificates",
        "The key usage does not allow what the certificate is for",
        "TLS refuses a certificate used for what it does not allow.",
        "Make it again with keyCertSign for an authority, digitalSignature for the client.",
    ),
    error(
        "cert-critical-extension",
        "certificates",
        "A certificate has a critical extension OpenSSL does not know",
        "TLS refuses a certificate with a critical extension it cannot handle.",
        "Make it again with that extension not critical.",
    ),
    error(
        "cert-extended-key-usage",
        "certificates",
        "The extended key usage of a certificate does not fit its side",
        "Amphorae accept only clientAuth, controllers only serverAuth, the authorities included; "
        "an old Netscape certificate type (nsCertType) counts as well.",
        "Make it again with that extended key usage, or none for an authority.",
    ),
    error(
        "cert-expired",
        "certificates",
        "A certificate has expired",
        "Controllers and amphorae stop talking to one another.",
        "Renew it.",
    ),
    warning(
        "cert-expires-soon",
        "certificates",
        "A certificate expires within 90 days",
        "After that day controllers and amphorae stop talking to one another.",
        "Renew it before.",
    ),
    error(
        "cert-not-yet-valid",
        "certificates",
        "A certificate is not valid yet",
        "Controllers and amphorae refuse it until then.",
        "Wait, or check the clock of the host that made it.",
    ),
    error(
        "cert-weak-key",
        "certificates",
        "A certificate has a weak key",
        "TLS libraries of today refuse it.",
        "Use RSA of 3072 bits or more, or an elliptic curve.",
    ),
    note(
        "cert-key-below-3072",
        "certificates",
        "A certificate has an RSA key below 3072 bits",
        "NIST (SP 800-57) and BSI (TR-02102) no longer advise it beyond 2030.",
        "Nothing now; use RSA of 3072 bits or more, or EC, when it is renewed.",
    ),
    error(
        "cert-key-unusable",
        "certificates",
        "A certificate has a key of a kind Octavia cannot use",
        "Octavia signs with SHA-256, which Ed25519 and Ed448 refuse; TLS offers three curves only.",
        "Use RSA, or EC P-256 or P-384.",
    ),
    warning(
        "cert-key-unusual",
        "certificates",
        "A certificate has a key of an unusual kind",
        "Amphorae and controllers with a TLS library older than OpenSSL 1.1.1 cannot use it.",
        "Use RSA, or EC P-256 or P-384, unless you know all of them.",
    ),
    warning(
        "cert-not-strict",
        "certificates",
        "A certificate does not keep to RFC 5280",
        "Amphorae and controllers with Python 3.13 or later refuse it (VERIFY_X509_STRICT).",
        "Have it made anew with the extensions of RFC 5280.",
    ),
    error(
        "cert-weak-signature",
        "certificates",
        "A certificate is signed with MD5 or SHA-1",
        "TLS libraries of today refuse it.",
        "Have it signed with SHA-256.",
    ),
    error(
        "cert-client-key-encrypted",
        "certificates",
        "The client key is encrypted",
        "Octavia has no option for its passphrase.",
        "Give its passphrase, so that a plain copy can be made; or decrypt it: "
        "openssl pkey -in KEY -out NEW",
    ),
    note(
        "cert-client-key-decrypted",
        "certificates",
        "The client key is encrypted, and its copy for Octavia will not be",
        "Octavia has no option for its passphrase.",
        "Nothing; the copy can be read by its owner only.",
    ),
    error(
        "cert-source-locked",
        "certificates",
        "A file of yours takes a password that is not known",
        "What is in it can be neither judged nor taken over.",
        "Type it, or put it into a secrets file; it is needed once.",
    ),
    error(
        "cert-ca-key-not-encrypted",
        "certificates",
        "The server CA key is not encrypted",
        "octavia.conf always names a passphrase, and Octavia refuses a key without one.",
        "Encrypt it: openssl pkey -aes256 -in KEY -out NEW",
    ),
    note(
        "cert-ca-key-encrypted-anew",
        "certificates",
        "The server CA key is not encrypted, and its copy for Octavia will be",
        "octavia.conf always names a passphrase, and Octavia refuses a key without one.",
        "Nothing; keep your own file where nobody can read it.",
    ),
    warning(
        "cert-key-in-plain",
        "certificates",
        "The key of an authority is not encrypted",
        "Whoever gets hold of the file, or of a backup, can sign certificates with it.",
        "Encrypt it: openssl pkey -aes256 -in KEY -out NEW",
    ),
    warning(
        "cert-key-mode",
        "certificates",
        "Other users can read a private key",
        "Whoever reads it can pose as a controller or an amphora.",
        "chmod 0600 the file.",
    ),
    warning(
        "cert-directory-open",
        "certificates",
        "Other users can write into the directory of the certificates",
        "Whoever does can put other certificates and keys in the place of these.",
        "chmod go-w the directory.",
    ),
    error(
        "cert-role-replaces-key",
        "certificates",
        "The role would replace a key",
        "From 20.0.0 to 24.x it overwrites a key of another type or size than it is told.",
        "Use an RSA key, and replay: that writes its size as octavia_cert_key_length_server or "
        "octavia_cert_key_length_client.",
    ),
    error(
        "cert-key-mismatch",
        "certificates",
        "A key does not belong to its certificate",
        "Octavia cannot use a certificate without its own key.",
        "Give the key the certificate was made with.",
    ),
    error(
        "cert-same-ca",
        "certificates",
        "Both authorities are the same",
        "An amphora could use its own certificate to command the other amphorae.",
        "Use two authorities.",
    ),
    error(
        "cert-signer-not-first",
        "certificates",
        "The server CA that signs is not the first of its file",
        "Octavia reads only the first certificate, and signs in its name.",
        "Put it first, those above it after it.",
    ),
    error(
        "cert-chain",
        "certificates",
        "The client certificate is not signed by the client CA",
        "Amphorae would refuse the controllers.",
        "Give the authority that signed it, and those above it up to the root.",
    ),
    error(
        "cert-chain-incomplete",
        "certificates",
        "A chain does not lead up to a root",
        "Controllers and amphorae trust a chain only up to a root they have.",
        "Append the missing certificates up to the root to the file with the authority.",
    ),
    note(
        "cert-also-trusted",
        "certificates",
        "A file holds further authorities",
        "Whatever they sign is trusted, as it should be while authorities are changed.",
        "Leave them out once nothing they signed is in use.",
    ),
    error(
        "cert-bundle-differs",
        "certificates",
        "Two files hold different client certificates or keys",
        "The role copies the one with both in it, and the other is what was reviewed.",
        "Remove the file with both; it is put together afresh.",
    ),
    warning(
        "cert-outlives-ca",
        "certificates",
        "A certificate is valid beyond its authority",
        "It is refused once the authority has expired.",
        "Renew the authority by then.",
    ),
)
