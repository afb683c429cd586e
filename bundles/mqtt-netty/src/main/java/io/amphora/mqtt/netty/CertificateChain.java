// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A server's certificate, followed by those that lead to its root. Immutable. */
final class CertificateChain {

    private static final byte[] PROBE = "Amphora".getBytes(StandardCharsets.US_ASCII);

    private final X509Certificate[] certificates;

    /** @param certificates one at least, the server's first */
    CertificateChain(X509Certificate[] certificates) {
        this.certificates = certificates.clone();
    }

    X509Certificate[] certificates() {
        return certificates.clone();
    }

    /** Returns whether a private key is that of the server's certificate. */
    boolean belongsTo(PrivateKey key) {
        PublicKey shown = certificates[0].getPublicKey();
        if (key instanceof RSAKey own) {
            return shown instanceof RSAKey other && own.getModulus().equals(other.getModulus());
        }
        try {
            String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // they are of different algorithms or curves
        }
    }

    /** Returns what clients may refuse the chain for, in sentences; a server can show it all the same. */
    List<String> doubts(Instant now) {
        List<String> doubts = new ArrayList<>();
        Instant begin = certificates[0].getNotBefore().toInstant();
        Instant end = certificates[0].getNotAfter().toInstant();
        if (now.isBefore(begin)) {
            doubts.add("it is not valid before " + begin);
        }
        if (now.isAfter(end)) {
            doubts.add("it expired at " + end);
        }
        for (int i = 1; i < certificates.length; i++) {
            if (!issued(certificates[i], certificates[i - 1])) {
                doubts.add("certificate " + (i + 1) + " of the file did not issue certificate " + i
                        + "; write the server's first, then the one that issued it, and so on");
            }
        }
        return doubts;
    }

    private static boolean issued(X509Certificate issuer, X509Certificate issued) {
        try {
            issued.verify(issuer.getPublicKey());
            return issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
