// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;

public class S3SettingsTest {

    private static final Settings KEYS =
            Settings.defaults().with("access_key_id", "id").with("secret_access_key", "hush-hush");

    @Test
    public void whatIsWrongIsNamed() {
        refused("bucket", " ");
        refused("region", "");
        refused("port", 65_536);
        refused("host", "a b");
        refused("host", "a/b");
        refused("access_method", "virtual");
        refused("credentials", "magic");
        refused("access_key_id", "");
        refused("secret_access_key", "");
        refused("key", "{what}");
        refused("acl", "everybody");
        refused("storage_class", "SHELF");
        refused("server_side_encryption", "rot13");
        refused("headers", "no colon");
        refused("min_part_size", 1L);
        refused("max_part_size", 1L);
        refused("early_min_size", -1L);
        refused("checksums", "never");
        refused("pool_size", 0);
        refused("connect_timeout", 0);
        refused("idle_timeout", 0);
        refused("attempt_timeout", 0);
        refused("request_timeout", 0);
        refused("max_retries", -1);
        refused("proxy", "nowhere");
        refused("url_expire_time", 604_801);
        refused("abort_uploads_after", -1);
        refused("drain_timeout", -1);
        refused("selector", "(name=");
    }

    private static void refused(String key, Object value) {
        IllegalArgumentException refused = assertThrows(
                key, IllegalArgumentException.class, () -> KEYS.with(key, value).parse());
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(S3Exporter.PID + "~test: " + key + ":"));
    }

    @Test
    public void aTrustStoreThatCannotBeReadIsNamed() throws Exception {
        S3Settings settings = KEYS.with("trust_store", "/does/not/exist").parse();
        RuntimeException failed = assertThrows(RuntimeException.class, () -> S3Clients.open(settings.connecting()));
        assertTrue(failed.getMessage(), failed.getMessage().startsWith("trust_store: cannot read /does/not/exist"));
    }

    @Test
    public void secretsAreNotTold() {
        String told = KEYS.with("session_token", "hush-token")
                .with("proxy", "http://proxy:3128")
                .with("proxy_password", "hush-proxy")
                .with("trust_store", "/store")
                .with("trust_store_password", "hush-store")
                .parse()
                .toString();
        assertFalse(told, told.contains("hush"));
    }

    @Test
    public void valuesAreSpeltAsByEmqx() {
        assertEquals(
                Optional.of(ObjectCannedACL.BUCKET_OWNER_FULL_CONTROL),
                KEYS.with("acl", "bucket_owner_full_control").parse().object().acl());
    }

    @Test
    public void theHostMakesTheEndpoint() {
        assertEquals(Optional.empty(), KEYS.parse().connecting().endpoint());
        assertEquals(
                Optional.of(URI.create("https://s3.example.com")),
                KEYS.with("host", "s3.example.com").parse().connecting().endpoint());
        assertEquals(
                Optional.of(URI.create("http://10.0.0.1:9000")),
                KEYS.with("host", "10.0.0.1")
                        .with("port", 9_000)
                        .with("ssl", false)
                        .parse()
                        .connecting()
                        .endpoint());
    }

    @Test
    public void headersAreSeparatedByBars() {
        assertEquals(
                Map.of("Cache-Control", "no-cache, no-store", "X-A", "b:c"),
                KEYS.with("headers", "Cache-Control: no-cache, no-store | X-A: b:c")
                        .parse()
                        .connecting()
                        .headers());
    }

    @Test
    public void theNameComesFromTheConfigurationIfNoneIsGiven() {
        assertEquals("test", KEYS.parse().name());
        assertEquals("main", KEYS.with("exporter.name", "main").parse().name());
    }
}
