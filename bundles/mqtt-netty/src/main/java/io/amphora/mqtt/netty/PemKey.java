// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys as tools write them in PEM: PKCS #8, which Java reads, and those of RSA (PKCS #1) and of elliptic curves
 * (SEC 1), which become PKCS #8 in an envelope that says what they are. Pure.
 */
final class PemKey {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xA0;
    private static final byte[] VERSION = {INTEGER, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
    private static final byte[] CURVE = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PemKey() {}

    /** @throws IOException saying what is wrong with it */
    static PrivateKey of(String pem) throws IOException {
        Matcher found = KEY.matcher(pem);
        if (!found.find()) {
            throw new IOException("there is no private key in PEM");
        }
        String kind = found.group(1);
        if (kind.startsWith("ENCRYPTED") || found.group(2).contains("ENCRYPTED")) {
            throw new IOException("the key has a password, which nobody could enter; 'openssl pkey' writes it without");
        }
        byte[] bytes = decoded(found.group(2));
        return switch (kind) {
            case "PRIVATE KEY" -> key(bytes);
            case "RSA PRIVATE KEY" -> key(envelope(RSA, bytes));
            case "EC PRIVATE KEY" -> key(envelope(join(CURVE, curve(bytes)), bytes));
            default -> throw new IOException("the key is a " + kind + ", which is not supported");
        };
    }

    private static byte[] decoded(String base64) throws IOException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("the key is no Base64", e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws IOException {
        for (String algorithm : ALGORITHMS) {
            Optional<PrivateKey> key = key(algorithm, pkcs8);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new IOException("the key is none of " + String.join(", ", ALGORITHMS));
    }

    private static Optional<PrivateKey> key(String algorithm, byte[] pkcs8) throws IOException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty(); // it is one of another algorithm
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, join(VERSION, der(SEQUENCE, algorithm), der(OCTETS, key)));
    }

    /** The name of the curve, which stands in the key as a whole element. */
    private static byte[] curve(byte[] sec1) throws IOException {
        try {
            ByteBuffer fields = content(ByteBuffer.wrap(sec1), SEQUENCE);
            while (fields.hasRemaining()) {
                int tag = fields.get(fields.position()) & 0xFF;
                ByteBuffer content = content(fields, tag);
                if (tag == PARAMETERS) {
                    byte[] name = new byte[content.remaining()];
                    content.get(name);
                    return name;
                }
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("the key is cut off", e);
        }
        throw new IOException("the key does not name its curve; 'openssl pkey' writes it so that it does");
    }

    /** The content of the next element, which has to have a tag; the buffer goes on behind it. */
    private static ByteBuffer content(ByteBuffer from, int tag) {
        if ((from.get() & 0xFF) != tag) {
            throw new IllegalArgumentException("another element");
        }
        int length = from.get() & 0xFF;
        if (length > 0x80) {
            int digits = length & 0x7F;
            length = 0;
            for (int i = 0; i < digits; i++) {
                length = length << 8 | (from.get() & 0xFF);
            }
        }
        ByteBuffer content = from.slice().limit(length);
        from.position(from.position() + length);
        return content;
    }

    private static byte[] der(int tag, byte[] content) {
        return join(new byte[] {(byte) tag}, length(content.length), content);
    }

    /** In as few bytes as possible, which DER demands. */
    private static byte[] length(int length) {
        if (length < 0x80) {
            return new byte[] {(byte) length};
        }
        return length < 0x100
                ? new byte[] {(byte) 0x81, (byte) length}
                : new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
