// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose the delivered files and their folders are and who may do what with them, as far as that is set; for the rest they
 * are as the process makes them. Immutable.
 */
record Access(Optional<UserPrincipal> owner, Optional<GroupPrincipal> group, Set<PosixFilePermission> permissions) {

    /** As the process makes them. */
    static final Access UNCHANGED = new Access(Optional.empty(), Optional.empty(), Set.of());

    /** Who may read a folder may also enter it. */
    private static final Map<PosixFilePermission, PosixFilePermission> ENTER = Map.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    /**
     * What settings ask for; an empty one asks for nothing.
     *
     * @throws IllegalArgumentException naming the setting
     */
    static Access of(String owner, String group, String permissions) {
        return new Access(user(owner), group(group), permissions(permissions));
    }

    private static Optional<UserPrincipal> user(String name) {
        return name.isBlank() ? Optional.empty() : Optional.of(lookUp("owner", name, users()::lookupPrincipalByName));
    }

    private static Optional<GroupPrincipal> group(String name) {
        return name.isBlank()
                ? Optional.empty()
                : Optional.of(lookUp("group", name, users()::lookupPrincipalByGroupName));
    }

    private static UserPrincipalLookupService users() {
        return FileSystems.getDefault().getUserPrincipalLookupService();
    }

    private interface LookUp<T> {
        T of(String name) throws IOException;
    }

    private static <T> T lookUp(String key, String name, LookUp<T> lookUp) {
        try {
            return lookUp.of(name);
        } catch (IOException e) {
            throw new IllegalArgumentException(key + ": the system knows no " + name, e);
        }
    }

    private static Set<PosixFilePermission> permissions(String text) {
        if (text.isBlank()) {
            return Set.of();
        }
        Set<PosixFilePermission> permissions = parse(text.strip());
        if (!permissions.contains(PosixFilePermission.OWNER_READ)
                || !permissions.contains(PosixFilePermission.OWNER_WRITE)) {
            throw new IllegalArgumentException("permissions: the owner has to read and write, as in rw-r-----");
        }
        return permissions;
    }

    private static Set<PosixFilePermission> parse(String text) {
        try {
            return Set.copyOf(PosixFilePermissions.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("permissions: nine letters as in rw-r-----, not " + text, e);
        }
    }

    /** Sets what is set, on a file. */
    void applyToFile(Path file) throws IOException {
        apply(file, permissions);
    }

    /** Sets what is set, on a folder. */
    void applyToFolder(Path folder) throws IOException {
        Set<PosixFilePermission> more = EnumSet.noneOf(PosixFilePermission.class);
        more.addAll(permissions);
        ENTER.forEach((read, enter) -> {
            if (permissions.contains(read)) {
                more.add(enter);
            }
        });
        apply(folder, more);
    }

    private void apply(Path path, Set<PosixFilePermission> wanted) throws IOException {
        if (equals(UNCHANGED)) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            throw new IOException("owner, group, permissions: the file system of " + path + " has none");
        }
        if (!wanted.isEmpty()) {
            view.setPermissions(wanted);
        }
        if (group.isPresent()) {
            view.setGroup(group.get());
        }
        if (owner.isPresent()) {
            view.setOwner(owner.get());
        }
    }
}
