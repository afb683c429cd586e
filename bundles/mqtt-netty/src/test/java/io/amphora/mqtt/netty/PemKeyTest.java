// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.Test;

/** Keys in all forms that tools write, and settings of TLS that make no sense. */
public final class PemKeyTest {

    private static final int ENVELOPE_OF_RSA = 26;
    private static final String P256 = "a00a06082a8648ce3d030107";

    @Test
    public void aKeyInPkcs8IsTakenWhateverItIsFor() throws Exception {
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            PrivateKey key =
                    KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
            assertEquals(key, PemKey.of("some text\n" + pem("PRIVATE KEY", key.getEncoded())));
        }
    }

    @Test
    public void aKeyOfRsaInItsOwnFormIsTaken() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        byte[] own = Arrays.copyOfRange(key.getEncoded(), ENVELOPE_OF_RSA, key.getEncoded().length);
        assertEquals(key, PemKey.of(pem("RSA PRIVATE KEY", own)));
    }

    @Test
    public void aKeyOfACurveInItsOwnFormIsTakenIfItNamesTheCurve() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        ECPrivateKey key = (ECPrivateKey) pair.getPrivate();
        String pkcs8 = HexFormat.of().formatHex(key.getEncoded());
        String number = pkcs8.substring(pkcs8.indexOf("0201010420"), pkcs8.indexOf("0201010420") + 74);
        byte[] named = HexFormat.of().parseHex("30" + "31" + number + P256);
        ECPrivateKey read = (ECPrivateKey) PemKey.of(pem("EC PRIVATE KEY", named));
        assertEquals(key.getS(), read.getS());
        assertEquals(key.getParams(), read.getParams());
        String open = HexFormat.of().formatHex(pair.getPublic().getEncoded());
        String openKey = "a144" + open.substring(open.length() - 2 * 68); // OpenSSL adds it
        byte[] complete = HexFormat.of().parseHex("30" + "77" + number + P256 + openKey);
        assertEquals(key.getS(), ((ECPrivateKey) PemKey.of(pem("EC PRIVATE KEY", complete))).getS());
        byte[] nameless = HexFormat.of().parseHex("30" + "25" + number);
        refused("does not name its curve", pem("EC PRIVATE KEY", nameless));
        refused("cut off", pem("EC PRIVATE KEY", Arrays.copyOf(named, 40)));
    }

    @Test
    public void whatIsNoKeyIsToldApart() {
        refused("there is no private key", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
        refused("has a password", pem("ENCRYPTED PRIVATE KEY", new byte[] {0}));
        refused(
                "has a password",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        refused("none of RSA, EC", pem("PRIVATE KEY", new byte[] {0x30, 0}));
        refused("is a DSA PRIVATE KEY", pem("DSA PRIVATE KEY", new byte[] {0x30, 0}));
    }

    @Test
    public void settingsThatNeedEachOtherAreNamed() {
        assertEquals(Optional.empty(), TlsFiles.of("", "", "none", ""));
        assertEquals(
                ClientAuth.REQUIRE,
                TlsFiles.of("c", "k", "Required", "t").orElseThrow().clientAuth());
        for (String[] wrong : new String[][] {
            {"c", "", "none", ""},
            {"", "", "required", "t"},
            {"c", "k", "required", ""},
            {"c", "k", "none", "t"},
            {"c", "k", "perhaps", "t"}
        }) {
            var e = assertThrows(
                    IllegalArgumentException.class, () -> TlsFiles.of(wrong[0], wrong[1], wrong[2], wrong[3]));
            assertTrue(e.getMessage(), e.getMessage().startsWith("tls_"));
        }
    }

    private static void refused(String why, String pem) {
        IOException e = assertThrows(IOException.class, () -> PemKey.of(pem));
        assertTrue(e.getMessage(), e.getMessage().contains(why));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder().encodeToString(bytes)
                + "\n-----END " + what + "-----\n";
    }
}
