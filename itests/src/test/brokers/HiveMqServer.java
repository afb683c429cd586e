// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.file.Files;
import java.nio.file.Path;

/** HiveMQ Community Edition with an extension that lets everybody in, without which it lets in nobody. */
public final class HiveMqServer {

    private HiveMqServer() {}

    /** @param arguments the home directory, whose {@code conf/config.xml} says where to listen */
    public static void main(String... arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        EmbeddedExtension anybody = EmbeddedExtension.builder()
                .withId("anybody")
                .withName("Lets everybody in")
                .withVersion("1")
                .withExtensionMain(new Anybody())
                .build();
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(home.resolve("conf"))
                .withDataFolder(Files.createDirectories(home.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(home.resolve("extensions")))
                .withEmbeddedExtension(anybody)
                .build();
        broker.start().join();
        Thread.currentThread().join();
    }

    private static final class Anybody implements ExtensionMain {

        @Override
        public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
            SimpleAuthenticator welcome = (connect, answer) -> answer.authenticateSuccessfully();
            Services.securityRegistry().setAuthenticatorProvider(provider -> welcome);
        }

        @Override
        public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
            // It holds nothing.
        }
    }
}
