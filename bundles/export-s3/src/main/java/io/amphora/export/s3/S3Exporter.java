// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.settings.Settings;
import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Printable;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.EarlyExport;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterStatus.Degraded;
import io.amphora.transfer.spi.Reconfiguration;
import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Delivers files into a bucket. A change of its configuration takes effect at once: exports that run go on with the
 * session that they began on, later ones have a new one. Thread-safe.
 */
@Component(
        service = Exporter.class,
        configurationPid = S3Exporter.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = S3Config.class, factory = true)
public final class S3Exporter implements Exporter {

    static final String PID = "io.amphora.export.s3";

    private static final Logger LOG = LoggerFactory.getLogger(S3Exporter.class);

    private final OpenUploads openUploads;
    private final Duration grace;
    private final Set<S3Session> sessions = ConcurrentHashMap.newKeySet(); // those with users, and some that had
    private volatile S3Session session;
    private final Reconfiguration reconfiguration = new Reconfiguration();
    private volatile boolean stopped;

    /** Asks the service for nothing yet, so that an exporter comes up while that is down. */
    @Activate
    public S3Exporter(Map<String, Object> properties, BundleContext context) throws IOException {
        this(OpenUploads.in(context.getDataFile("uploads").toPath()), S3Session.GRACE);
        start(open(properties));
    }

    /** @param grace how long a request that was stopped may take to return */
    S3Exporter(S3Settings settings, OpenUploads openUploads, Duration grace) {
        this(openUploads, grace);
        start(open(settings));
    }

    private S3Exporter(OpenUploads openUploads, Duration grace) {
        this.openUploads = openUploads;
        this.grace = grace;
    }

    private void start(S3Session first) {
        session = first;
        LOG.info("Started the exporter {}: files arrive in {}", name(), session);
        abortLeftUploads(session);
    }

    private static void abortLeftUploads(S3Session session) {
        if (session.acquire()) {
            session.execute(() -> {
                try {
                    new LeftUploads(session, Clock.systemUTC()).abort();
                } finally {
                    session.release();
                }
            });
        }
    }

    /** Takes other settings, unless they cannot be. */
    @Modified
    void modified(Map<String, Object> properties) {
        reconfiguration.make(this, () -> take(open(properties)));
    }

    private S3Session open(Map<String, Object> properties) {
        return Settings.use(S3Config.class, properties, config -> open(S3Settings.of(config, properties)));
    }

    void take(S3Settings settings) {
        take(open(settings));
    }

    private void take(S3Session next) {
        S3Session before = session;
        session = next;
        before.release();
        sessions.removeIf(S3Session::isClosed);
        LOG.info("Changed the exporter {}: files arrive in {}", name(), session);
    }

    private S3Session open(S3Settings settings) {
        S3Session opened = new S3Session(settings, openUploads, grace);
        sessions.add(opened);
        return opened;
    }

    /** Waits only if the bundle stops: a thread that changes configurations has others to change. */
    @Deactivate
    void deactivate(int reason) {
        stopped = true;
        S3Session last = session;
        last.release();
        if (reason == ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED) {
            long end = System.nanoTime() + last.settings().drainTimeout().toNanos();
            sessions.forEach(each -> each.drain(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
        }
    }

    /** The session at the moment, with the caller as its user. */
    private S3Session use() throws IOException {
        while (!stopped) {
            S3Session now = session;
            if (now.acquire()) {
                return now; // if not, another has taken its place meanwhile
            }
        }
        throw new IOException("the exporter " + name() + " was stopped");
    }

    @Override
    public String name() {
        return session.settings().name();
    }

    @Override
    public boolean accepts(TransferId id, FileMeta meta, long size) {
        return session.settings().exporter().accepts(id, meta, size);
    }

    @Override
    public boolean required() {
        return session.settings().exporter().required();
    }

    @Override
    public Optional<Degraded> refusedChange() {
        return reconfiguration.refused();
    }

    @Override
    public ExportedFile export(ExportRequest request) throws IOException {
        Waiting.requireNoInterrupt();
        S3Session used = use();
        try {
            S3Location object = upload(request, used);
            SpooledFile file = request.file();
            return new ExportedFile(request.id(), used.settings().name(), object.uri(), file.size(), file.sha256());
        } finally {
            used.release();
        }
    }

    private static S3Location upload(ExportRequest request, S3Session used) throws IOException {
        SpooledFile file = request.file();
        // The time of the last byte: the same however often it is tried.
        Instant complete = Files.getLastModifiedTime(file.path()).toInstant();
        if (request.early().orElse(null) instanceof EarlyUpload early) {
            if (early.suits(used, file.size())) {
                return early.finish(request);
            }
            early.abort();
        }
        S3Location object = used.settings().locationOf(request.id(), request.meta(), complete);
        Map<String, String> metadata = ObjectMetadata.of(request.id(), request.meta());
        PartPlan plan = used.settings().parts().plan(file.size());
        if (plan.isSingle()) {
            new SinglePut(used).put(file, object, metadata);
        } else {
            uploadParts(used, object, metadata, file, plan);
        }
        return object;
    }

    private static void uploadParts(
            S3Session used, S3Location object, Map<String, String> metadata, SpooledFile file, PartPlan plan)
            throws IOException {
        PartedUpload upload = PartedUpload.begin(used, object, metadata, file.path());
        try {
            upload.finish(file, plan);
        } catch (IOException | RuntimeException e) {
            upload.abort();
            throw e;
        }
    }

    /** Not if the key depends on the time: what is begun today may be complete tomorrow. */
    @Override
    public Optional<EarlyExport> begin(EarlyRequest request) throws IOException {
        S3Session used = use();
        Optional<EarlyUpload> early = Optional.empty();
        try {
            early = used.settings().wantsEarly(request.meta()) ? Optional.of(early(request, used)) : Optional.empty();
            return early.map(upload -> upload);
        } finally {
            if (early.isEmpty()) {
                used.release();
            }
        }
    }

    private static EarlyUpload early(EarlyRequest request, S3Session used) throws IOException {
        S3Settings settings = used.settings();
        S3Location object = settings.locationOf(request.id(), request.meta(), Instant.EPOCH);
        OptionalLong size = request.meta().size();
        PartPlan plan = size.isPresent()
                ? settings.parts().plan(size.getAsLong())
                : new PartPlan(Long.MAX_VALUE, settings.parts().min());
        return new EarlyUpload(used, request, object, plan, size.isPresent());
    }

    @Override
    public Optional<URI> link(ExportedFile file, Duration valid) {
        try {
            S3Session used = use();
            try {
                return Optional.of(new ObjectLink(used).to(S3Location.of(file.location()), valid));
            } finally {
                used.release();
            }
        } catch (IOException | SdkException | URISyntaxException e) {
            LOG.warn(
                    "Failed to make a link to {}: {}",
                    Printable.of(file.location().toString()),
                    Printable.of(e.toString()));
            return Optional.empty();
        }
    }

    @Override
    public InputStream open(ExportedFile file, ByteRange range) throws IOException {
        S3Location object = S3Location.of(file.location());
        S3Session used = use();
        try {
            return new ObjectReader(used).open(object, range);
        } finally {
            used.release();
        }
    }

    @Override
    public void delete(ExportedFile file) throws IOException {
        S3Location object = S3Location.of(file.location());
        S3Session used = use();
        try {
            used.s3().deleteObject(delete -> delete.bucket(object.bucket()).key(object.key()));
        } catch (SdkException e) {
            throw S3Failure.of(e, "deleting", used);
        } finally {
            used.release();
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
